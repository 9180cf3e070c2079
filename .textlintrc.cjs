// The language check of what people read. `tools/words/terms.json` has the words, each with the word to write instead.
module.exports = {
  rules: {
    terminology: { defaultTerms: false, terms: require("./tools/words/terms.json"), skip: ["BlockQuote"] },
    "sentence-length": { max: 180 },
  },
};

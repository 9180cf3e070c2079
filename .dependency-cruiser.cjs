// Which files may import which: the table "The house" of DESIGN.md, one row a folder. An import of types alone counts too.

const ROOT = "^(version|node-version|error-message|proxy)[.]ts$";
const CONTRACT = "^contract/";
const PORT = "^contract/(port|inputs)[.]ts$";
const TRANSPORT = "^contract/(transport|vendor-api)[.]ts$";
const BASE = ["^provider/[^/]+$", "^provider/values/"];
const CONFIG = "^provider/config/";
const CLIENT = "^provider/client/";
const SESSION = "^provider/session/";
const INVENTORY = "^provider/inventory/";
const CALLING_HOST = "^provider/hosts/dynamic/functions[.]ts$";
const GATEWAY = "^gateway/";
const HTTP_AND_STORE = "^gateway/(http|store)/";
const RULES_AND_ERRORS = "^gateway/management/(rules|api-error)[.]ts$";
const ENGINE = "^tools/engine/";
const UNBUNDLED = "^(contract/(?!openapi)|provider/(?!hosts/(plugin|converter)/)|sdk/).+[.]ts$";
const PACKAGE = "^sdk/(dynamic/)?index[.]ts$";

const rule = (name, comment, path, to) => ({ name, comment, severity: "error", from: { path }, to });

/** Of our files, those at `path` import only one another and `others`. */
const row = (name, path, others, comment) =>
  rule(name, comment, path, { dependencyTypes: ["local"], pathNot: [path, ...others] });

const rows = [
  row("contract", CONTRACT, [], "contract/ imports no other folder, since everything else depends on it."),
  row("root", ROOT, [], "Every folder but contract/ imports the files at the root; they import no folder."),
  row(
    "provider",
    BASE[0],
    [ROOT, "^contract/transport[.]ts$"],
    "The files of provider/ itself are what all its folders share.",
  ),
  row("values", BASE[1], [ROOT, ...BASE], "Values know nothing of the workspace or of a run."),
  row("config", CONFIG, [ROOT, ...BASE], "Options are read before there is a client."),
  row("client", CLIENT, [ROOT, ...BASE, PORT, TRANSPORT, CONFIG], "The client knows no form of the API and no run."),
  row("session", SESSION, [ROOT, ...BASE, PORT, CONFIG, CLIENT], "A session is shared by resources, and knows none."),
  row("resources", "^provider/resources/", [ROOT, ...BASE, PORT, CLIENT, SESSION], "Resources see the port alone."),
  row("functions", "^provider/functions/", [ROOT, ...BASE, PORT, CLIENT, SESSION], "Functions see the port alone."),
  row(
    "inventory",
    INVENTORY,
    [ROOT, ...BASE, PORT, CLIENT, CONFIG, "^provider/resources/"],
    "Commands and the converter share it. There is no run of an engine, and so no session.",
  ),
  row("hosts", "^provider/hosts/", [ROOT, "^provider/"], "Hosts reach the API through the rest of provider/."),
  row(
    "dynamic-host",
    "^provider/hosts/dynamic/",
    [ROOT, "^provider/(?!hosts/(plugin|converter)/)"],
    "The package has no plugin.",
  ),
  row(
    "cli",
    "^cli/",
    [ROOT, GATEWAY, ...BASE, PORT, CLIENT, INVENTORY],
    "Commands start the gateway, or look at a workspace without an engine.",
  ),
  row("gateway", "^gateway/[^/]+$", [ROOT, CONTRACT, GATEWAY], "No defect of the provider can hide in the gateway."),
  row("store", "^gateway/store/", [ROOT], "The store's records are types of its own."),
  row("http", "^gateway/http/", [ROOT, "^gateway/store/database[.]ts$"], "What every API needs depends on no API."),
  row("management", "^gateway/management/", [ROOT, CONTRACT, HTTP_AND_STORE], "Only this API speaks the contract."),
  row("data-plane", "^gateway/data-plane/", [ROOT, HTTP_AND_STORE], "The data plane knows no other API."),
  row("dashboard", "^gateway/dashboard/", [ROOT, HTTP_AND_STORE, RULES_AND_ERRORS], "The dashboard serves no API."),
  row("schema", "^schema/(?!examples/)", [ROOT, "^provider/", "^schema/"], "The schema is made from provider/."),
  row("schema-examples", "^schema/examples/", [PACKAGE], "Examples in the schema use what users use."),
  row("sdk", "^sdk/[^/]+$", [ROOT], "A program with the plugin loads nothing of the provider."),
  row(
    "sdk-dynamic",
    "^sdk/dynamic/",
    [ROOT, "^sdk/[^/]+$", CALLING_HOST],
    "Only the calling host is loaded, and late.",
  ),
  row("browser", "^tools/browser/", [ROOT, GATEWAY], "The browser looks at the gateway alone."),
  row("engine", ENGINE, [ROOT], "The engine is installed without the rest of the code."),
  row("build", "^tools/build/", [ROOT], "The build runs before anything is compiled."),
  row("release", "^tools/release/", [ROOT, ENGINE], "A release is packed from built files, and from generated SDKs."),
  row("words", "^([.]textlintrc[.]cjs|tools/words/)", [], "The language check reads its list of words."),
  row("policy", "^policy/", [], "Users copy the policy pack without the rest of the project."),
  row(
    "bench",
    "^bench/",
    [ROOT, ENGINE, GATEWAY, PACKAGE, "^provider/schema[.]json$", "^tools/release/(executable|node-binary)[.]ts$"],
    "A bench measures what users use, on the local gateway.",
  ),
  row("demo", "^examples/demo/", [ROOT, CONTRACT, ENGINE, GATEWAY], "The demo runs a program on the local gateway."),
  row("examples", "^examples/(?!demo/)", [PACKAGE], "A program imports the package and nothing else of ours."),
];
const withRow = rows.map(({ from }) => from.path).join("|");

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...rows,
    rule("no-row", "What has no row imports nothing of ours. Only tests import everything.", `^(?!test/|${withRow})`, {
      dependencyTypes: ["local"],
    }),
    rule("vendor-api", "One file of the provider chooses the API.", "^provider/(?!client/connect[.]ts$)", {
      path: "^contract/vendor-api[.]ts$",
    }),
    rule("late-host", "The dynamic entry loads the calling host when a program first calls a function.", "^sdk/", {
      path: "^provider/",
      dynamic: false,
      dependencyTypesNot: ["type-only"],
    }),
    rule("sdk-loads-pulumi", "A program loads no other package than @pulumi/pulumi.", "^sdk/", {
      pathNot: "^node_modules/@pulumi/pulumi/",
      dependencyTypesNot: ["local", "type-only"],
    }),
    rule("wire", "Only hosts know Pulumi's wire.", "^(cli|contract|gateway|provider/(?!hosts/))", {
      path: "^node_modules/(@pulumi|@grpc|google-protobuf)/",
    }),
    // The scripts of the build (.mjs) do not ship.
    rule("ships", "Users install no dev dependency. The plugin and the gateway are bundles.", [ROOT, UNBUNDLED], {
      path: "^node_modules/",
      dependencyTypesNot: ["npm"],
    }),
    rule("circle", "No file imports itself through others.", ".", { circular: true }),
    rule("resolved", "An import that leads nowhere would escape the other rules.", ".", { couldNotResolve: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "^node_modules/" },
    exclude: { path: "^(dist|packages)/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};

// What the pages cannot do by HTML alone. Everything is found by attributes; nothing is made of text.

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.addEventListener("click", () => copy(/** @type {HTMLButtonElement} */ (button)));
}

for (const dialog of document.querySelectorAll("dialog[data-open]")) {
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

signInByCode();

// A page in the browser's back-forward cache must not show a value again.
window.addEventListener("pagehide", () => {
  for (const element of document.querySelectorAll("[data-value]")) element.textContent = "";
});

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset["copies"] ?? "");
  if (!source) return;
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent?.trim() ?? "");
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  } catch {
    // Without the permission, or over plain HTTP: what is selected can be copied by hand.
    getSelection()?.selectAllChildren(source);
    button.textContent = "Selected: press Ctrl-C";
  }
}

/** The code of a sign-in link stands in the fragment, which is sent to no server and kept in no log. */
function signInByCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  const form = document.querySelector("form#sign-in-by-code");
  if (!code || !(form instanceof HTMLFormElement)) return;
  history.replaceState(null, "", location.pathname);
  const input = form.querySelector("input");
  if (input) input.value = code;
  form.submit();
}

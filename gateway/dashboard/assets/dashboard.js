// What the pages cannot do by HTML alone. Everything is found by attributes; nothing is made of text.

const COPIED_MS = 2000;

for (const button of document.querySelectorAll("button[data-copies]")) {
  if (button instanceof HTMLButtonElement) copyOnClick(button);
}
for (const dialog of document.querySelectorAll("dialog")) {
  // Without a script, one that is open when the page comes stands in it. With one, it is before it.
  if (dialog.open) {
    dialog.close();
    dialog.showModal();
  }
  giveFocusBack(dialog);
}
for (const form of document.querySelectorAll("form")) sendOnce(form);
if (!("command" in HTMLButtonElement.prototype)) openAndCloseDialogs();
signInByCode();

// A page that the browser keeps to go back to must not show a value again.
window.addEventListener("pagehide", () => {
  for (const element of document.querySelectorAll("[data-value]")) element.textContent = "";
});

/** @param {HTMLButtonElement} button */
function copyOnClick(button) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset["copies"] ?? "");
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent?.trim() ?? "");
      button.textContent = "Copied";
    } catch {
      // Without the permission, what is selected can be copied by hand.
      getSelection()?.selectAllChildren(source);
      button.textContent = "Selected, to copy by hand";
    }
    setTimeout(() => {
      button.textContent = label;
    }, COPIED_MS);
  });
}

/**
 * The answer to a form that is sent a second time would take the place of the first one's, and with it of a value.
 * @param {HTMLFormElement} form
 */
function sendOnce(form) {
  if (form.method !== "post") return;
  form.addEventListener("submit", (event) => {
    if ("sent" in form.dataset) event.preventDefault();
    form.dataset["sent"] = "";
  });
  window.addEventListener("pageshow", () => delete form.dataset["sent"]);
}

/**
 * Where the button that opened it is gone, as in a menu.
 * @param {HTMLDialogElement} dialog
 */
function giveFocusBack(dialog) {
  const { returnsTo } = dialog.dataset;
  if (returnsTo) dialog.addEventListener("close", () => document.getElementById(returnsTo)?.focus());
}

/** For browsers that do not know the attributes `command` and `commandfor` yet. */
function openAndCloseDialogs() {
  for (const button of document.querySelectorAll("button[commandfor]")) {
    const dialog = document.getElementById(button.getAttribute("commandfor") ?? "");
    if (!(dialog instanceof HTMLDialogElement)) continue;
    const opens = button.getAttribute("command") === "show-modal";
    button.addEventListener("click", () => (opens ? dialog.showModal() : dialog.close()));
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

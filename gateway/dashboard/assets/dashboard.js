// Adds what HTML alone cannot do. Elements are found by their attributes; no HTML is built from text.

const COPIED_MS = 2000;

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (button instanceof HTMLButtonElement) copyOnClick(button);
}
for (const dialog of document.querySelectorAll("dialog")) {
  // Without a script, a dialog that is open on load is part of the page. With a script, it is modal.
  if (dialog.open) {
    dialog.close();
    dialog.showModal();
  }
  restoreFocus(dialog);
}
for (const form of document.querySelectorAll("form")) submitOnce(form);
if (!("command" in HTMLButtonElement.prototype)) polyfillDialogButtons();
signInByCode();

// The browser may keep the page in its back/forward cache, where it must not hold a key value.
window.addEventListener("pagehide", () => {
  for (const element of document.querySelectorAll("[data-value]")) element.textContent = "";
});

/** @param {HTMLButtonElement} button */
function copyOnClick(button) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset["copy"] ?? "");
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent?.trim() ?? "");
      button.textContent = "Copied";
    } catch {
      // Without the clipboard permission, the text is selected for copying manually.
      getSelection()?.selectAllChildren(source);
      button.textContent = "Selected: copy it manually";
    }
    setTimeout(() => {
      button.textContent = label;
    }, COPIED_MS);
  });
}

/**
 * Blocks a second submission, whose response would replace the first one and the key value in it.
 * @param {HTMLFormElement} form
 */
function submitOnce(form) {
  if (form.method !== "post") return;
  form.addEventListener("submit", (event) => {
    if ("submitted" in form.dataset) event.preventDefault();
    form.dataset["submitted"] = "";
  });
  window.addEventListener("pageshow", () => delete form.dataset["submitted"]);
}

/**
 * Moves the focus when a dialog closes whose button is hidden by then, as in a menu.
 * @param {HTMLDialogElement} dialog
 */
function restoreFocus(dialog) {
  const { focusAfterClose } = dialog.dataset;
  if (focusAfterClose) dialog.addEventListener("close", () => document.getElementById(focusAfterClose)?.focus());
}

/** For browsers that do not support the attributes `command` and `commandfor`. */
function polyfillDialogButtons() {
  for (const button of document.querySelectorAll("button[commandfor]")) {
    const dialog = document.getElementById(button.getAttribute("commandfor") ?? "");
    if (!(dialog instanceof HTMLDialogElement)) continue;
    const opens = button.getAttribute("command") === "show-modal";
    button.addEventListener("click", () => (opens ? dialog.showModal() : dialog.close()));
  }
}

/** Submits the code of a sign-in link. It is in the fragment, so that it appears in no request and no log. */
function signInByCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  const form = document.querySelector("form#sign-in-by-code");
  if (!code || !(form instanceof HTMLFormElement)) return;
  history.replaceState(null, "", location.pathname);
  const input = form.querySelector("input");
  if (input) input.value = code;
  form.submit();
}

// Adds what HTML alone cannot do. The script listens at the document, since it replaces parts of the page with parts of another
// response. Elements are found by their attributes; no HTML is built from text.

const COPIED_MS = 2000;
/** How long someone pauses before the list follows what they typed. */
const TYPING_MS = 200;

// Without a script, a dialog that is open on load is part of the page. With a script, it is modal.
for (const dialog of document.querySelectorAll("dialog[open]")) {
  if (!(dialog instanceof HTMLDialogElement)) continue;
  dialog.close();
  dialog.showModal();
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("button") : null;
  if (!button) return;
  if (button.dataset["copy"]) void copy(button);
  if (!("command" in HTMLButtonElement.prototype)) openOrClose(button);
});
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!(form instanceof HTMLFormElement)) return;
  if (form.dataset["live"]) {
    event.preventDefault();
    showMatches(form);
  } else if (submitter?.hasAttribute("data-copy-revealed")) {
    event.preventDefault();
    void revealAndCopy(form);
  } else if (form.method === "post") {
    submitOnce(form, event);
  }
});
document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) showMatchesSoon(target);
});
// The event does not bubble.
document.addEventListener("close", ({ target }) => restoreFocus(target), { capture: true });
document.addEventListener("keydown", moveBetweenBars);
signInByCode();

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) delete form.dataset["submitted"];
});
// The browser may keep the page in its back/forward cache, where it must not hold a key value.
window.addEventListener("pagehide", () => {
  for (const element of document.querySelectorAll("[data-value]")) element.textContent = "";
});

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset["copy"] ?? "");
  if (!source) return;
  const label = button.dataset["label"] ?? button.textContent;
  button.dataset["label"] = label;
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
}

/**
 * Blocks a second submission, whose response would replace the first one and the key value in it.
 * @param {HTMLFormElement} form
 * @param {SubmitEvent} event
 */
function submitOnce(form, event) {
  if ("submitted" in form.dataset) event.preventDefault();
  form.dataset["submitted"] = "";
}

/**
 * Replaces the card of the primary key with one that shows its value, and copies the value.
 * @param {HTMLFormElement} form
 */
async function revealAndCopy(form) {
  if ("submitted" in form.dataset) return;
  form.dataset["submitted"] = "";
  const page = await pageOf(form.action, { method: "POST", body: new URLSearchParams() });
  const card = page?.getElementById("primary");
  const button = card?.querySelector("button[data-copy=primary-value]");
  if (!card || !(button instanceof HTMLButtonElement)) {
    form.submit();
    return;
  }
  document.getElementById("primary")?.replaceWith(card);
  button.focus();
  await copy(button);
}

/** @type {AbortController | undefined} */
let search;
/** @type {number | undefined} */
let typing;

/** @param {HTMLInputElement | HTMLSelectElement} field */
function showMatchesSoon({ form }) {
  if (!form?.dataset["live"]) return;
  clearTimeout(typing);
  typing = setTimeout(() => showMatches(form), TYPING_MS);
}

/**
 * Replaces the list of keys with the matches of the form, without leaving the field.
 * @param {HTMLFormElement} form
 */
async function showMatches(form) {
  clearTimeout(typing);
  search?.abort();
  // The form refuses a complete key value, which would appear in the URL.
  if (!form.reportValidity()) return;
  search = new AbortController();
  const { signal } = search;
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) if (typeof value === "string") url.searchParams.set(name, value);
  const id = form.dataset["live"] ?? "";
  const list = (await pageOf(url.href, { signal }))?.getElementById(id);
  if (signal.aborted) return;
  if (!list) {
    location.assign(url);
    return;
  }
  document.getElementById(id)?.replaceWith(list);
  const found = document.getElementById("found");
  if (found) found.textContent = list.dataset["found"] ?? "";
  history.replaceState(null, "", url);
  // Other forms return to the list as it is now.
  for (const other of document.querySelectorAll("main form[method=post]")) {
    if (other instanceof HTMLFormElement) other.action = new URL(url.search, other.action).href;
  }
}

/**
 * Loads a page of the dashboard. Returns undefined if the response is another page.
 * @param {string} url
 * @param {RequestInit} init
 */
async function pageOf(url, init) {
  try {
    const response = await fetch(url, init);
    if (!response.ok || response.redirected) return undefined;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return undefined;
  }
}

/**
 * Moves the focus when a dialog closes whose button is hidden by then, as in a menu.
 * @param {EventTarget | null} dialog
 */
function restoreFocus(dialog) {
  if (!(dialog instanceof HTMLDialogElement)) return;
  const { focusAfterClose } = dialog.dataset;
  if (focusAfterClose) document.getElementById(focusAfterClose)?.focus();
}

/**
 * For browsers that do not support the attributes `command` and `commandfor`.
 * @param {HTMLButtonElement} button
 */
function openOrClose(button) {
  const dialog = document.getElementById(button.getAttribute("commandfor") ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (button.getAttribute("command") === "show-modal") dialog.showModal();
  else dialog.close();
}

/**
 * Moves the focus from one bar of a chart to another.
 * @param {KeyboardEvent} event
 */
function moveBetweenBars(event) {
  const bar = event.target instanceof SVGGElement ? event.target.closest("[role=option]") : null;
  if (!bar) return;
  const bars = [...(bar.parentElement?.querySelectorAll("[role=option]") ?? [])];
  const index = bars.indexOf(bar);
  const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: bars.length - 1 }[event.key];
  const target = next === undefined ? undefined : bars[next];
  if (!(target instanceof SVGGElement)) return;
  event.preventDefault();
  for (const each of [bar, target]) {
    each.setAttribute("tabindex", each === target ? "0" : "-1");
    each.setAttribute("aria-selected", String(each === target));
  }
  target.focus();
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

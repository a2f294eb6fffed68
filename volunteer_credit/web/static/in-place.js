// Sends a scan without leaving the page, so that the camera goes on, nobody is asked for it again,
// and the sound may play. Whatever is not a result is shown by sending the form as ever: under its
// number it counts once.

import { tell } from "./sound.js";

const GREEN_MILLISECONDS = 1500;
const place = document.querySelector("[data-in-place]");
const form = place.querySelector("form");
const code = form.querySelector("[name=code]");
const lost = place.querySelector("[data-lost]");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const hasKeyboard = !window.matchMedia("(pointer: coarse)").matches;

let shown = null;
let sent = null; // what went out under the number of the page

async function fetched(address, options) {
  const answer = await fetch(address, options);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// A number for the next scan, and what the page counts.
async function renew() {
  const page = await fetched(window.location.href, { cache: "no-store" });
  ["_key", "_csrf"].forEach((name) => {
    const fresh = page.querySelector(`[data-in-place] [name=${name}]`);
    if (!fresh) throw new Error(name);
    form.querySelector(`[name=${name}]`).value = fresh.value;
  });
  document.querySelectorAll("[data-count-line]").forEach((line) => {
    const fresh = page.querySelector("[data-count-line]");
    line.replaceChildren(...document.importNode(fresh, true).childNodes);
  });
}

function dismiss() {
  if (shown) shown.remove();
  shown = null;
}

function show(result) {
  const kind = result.dataset.result;
  const over = document.createElement("div");
  dismiss();
  shown = over;
  over.className = `in-place screen screen--${kind}`;
  const passes = kind === "green" && !calm;
  over.dataset.shown = passes ? "" : "stays";
  const demo = document.querySelector(".demo"); // also here it says that nothing counts
  over.append(...(demo ? [demo.cloneNode(true)] : []), document.importNode(result, true));
  over.addEventListener("click", (event) => {
    event.preventDefault(); // its way back leads here
    dismiss();
  });
  document.body.append(over);
  tell(kind);
  if (passes) setTimeout(() => over === shown && dismiss(), GREEN_MILLISECONDS);
  if (hasKeyboard) code.focus({ preventScroll: true }); // the next hand scan lands there
}

async function send() {
  if (sent !== null && sent !== code.value) await renew();
  sent = code.value; // without an answer it may go out once more under the same number
  const body = new URLSearchParams(new FormData(form));
  const page = await fetched(form.action, { method: "POST", body });
  const result = page.querySelector("[data-result]");
  if (!result) {
    form.submit();
    return;
  }
  show(result);
  code.value = sent = "";
  const isFresh = await renew().then(() => true, () => false);
  if (isFresh) sent = null;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if ("sending" in form.dataset) return;
  if (shown && !code.value) {
    dismiss();
    return;
  }
  form.dataset.sending = "";
  lost.hidden = true;
  send()
    .catch(() => {
      lost.hidden = false;
      tell("yellow");
    })
    .finally(() => {
      delete form.dataset.sending;
    });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") dismiss();
});

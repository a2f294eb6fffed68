// What makes pages kinder where scripts run. Every page does its whole work without this file.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// A form goes out once; the server would know a second one by its key and answer the same.
// Whoever stopped the page from leaving may send again after a while.
const sent = new WeakSet();

function release(form) {
  sent.delete(form);
  form.querySelectorAll("button[aria-disabled]").forEach((button) => {
    button.removeAttribute("aria-disabled");
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.querySelectorAll("button[type=submit]").forEach((button) => {
    button.setAttribute("aria-disabled", "true");
  });
  setTimeout(() => release(form), 10000);
});

// So does a page that the browser kept and shows again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(release);
});

// <span data-left="180" data-left-href="/next">
document.querySelectorAll("[data-left]").forEach((shown) => {
  const end = performance.now() + Number(shown.dataset.left) * 1000;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    shown.textContent = String(left);
    if (left > 0) return;
    clearInterval(timer);
    if (shown.dataset.leftHref) window.location.replace(shown.dataset.leftHref);
  }, 250);
});

// <button data-copy="text" data-copied="Copied" hidden>
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => {
    label.textContent = before;
  }, 2000);
}

if (navigator.clipboard) {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      copy(button).catch(() => {
        button.hidden = true; // the browser refused; the text stands beside it
      });
    });
  });
}

// <a href="/" data-return-milliseconds="1500">: a good answer clears itself away.
const back = document.querySelector("a[data-return-milliseconds]");
if (back && !calm) {
  setTimeout(() => window.location.assign(back.href), Number(back.dataset.returnMilliseconds));
}

// A form that came back with problems: the summary is what to read first.
const summary = document.querySelector(".errors");
if (summary) {
  summary.tabIndex = -1;
  summary.focus({ preventScroll: true });
}

// The door of a shift: shows each code in its half minute, holds the next two, asks for more.
// Without this file the page fetches itself again every 20 seconds.

const door = document.querySelector("[data-door]");
const ring = document.querySelector("[data-ring]");
const offline = document.querySelector("[data-offline]");
const ASK_MS = 10000;

// The clock of the server: that of a phone may be wrong.
let ahead = Number(door.dataset.now) - performance.now();
const now = () => performance.now() + ahead;

function show() {
  const at = now();
  let shown = null;
  door.querySelectorAll("[data-code]").forEach((code) => {
    const isNow = Number(code.dataset.from) <= at && at < Number(code.dataset.until);
    code.hidden = !isNow;
    if (isNow) shown = code;
  });
  const left = shown ? (Number(shown.dataset.until) - at) / 30000 : 0;
  ring.setAttribute("stroke-dashoffset", String(100 - 100 * Math.min(1, left)));
}

function take(told) {
  if (told.state !== "open") {
    window.location.reload();
    return;
  }
  ahead = told.now_ms - performance.now();
  const codes = door.querySelector(".door__codes");
  codes.querySelectorAll("[data-code]").forEach((code) => {
    if (Number(code.dataset.until) < told.now_ms) code.remove();
  });
  const known = new Set([...codes.querySelectorAll("[data-code]")].map((c) => c.dataset.from));
  told.codes.forEach((each) => {
    if (known.has(String(each.from_ms))) return;
    const code = document.createElement("div");
    code.hidden = true;
    code.dataset.code = "";
    code.dataset.from = each.from_ms;
    code.dataset.until = each.until_ms;
    code.innerHTML = each.svg; // drawn by our own server
    codes.prepend(code);
  });
  document.querySelectorAll("[data-count]").forEach((count) => {
    count.textContent = told[count.dataset.count];
  });
  show();
}

async function ask() {
  try {
    const answer = await fetch(door.dataset.door, { cache: "no-store" });
    if (answer.status === 401 || answer.status === 403) {
      window.location.reload();
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    take(await answer.json());
    offline.hidden = true;
  } catch (problem) {
    offline.hidden = false;
  }
}

// The screen stays on where the browser can keep it on.
async function stayAwake() {
  try {
    await navigator.wakeLock.request("screen");
  } catch (problem) {
    return; // not offered, or refused with a low battery
  }
}

setInterval(show, 250);
setInterval(ask, ASK_MS);
window.addEventListener("online", ask);
show();
if ("wakeLock" in navigator) {
  stayAwake();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) stayAwake();
  });
}

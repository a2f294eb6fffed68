// Scanning: a tap that waits for the network, a word to the lead, a stepper.
// Every page does its whole work without this file.

// ---- a tap without network -----------------------------------------------------------------
// What is kept is the form itself, with its number: sent twice, it counts once.
const KEPT = "check-in";
const saved = document.querySelector("[data-saved]");

function send(fields) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/check-in";
  fields.forEach(([name, value]) => {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  });
  document.body.append(form);
  form.submit();
}

function sendKept() {
  const kept = sessionStorage.getItem(KEPT);
  if (!kept || !navigator.onLine) return;
  sessionStorage.removeItem(KEPT);
  send(JSON.parse(kept));
}

function keep(event) {
  if (navigator.onLine) return;
  const fields = [...new FormData(event.target).entries()].filter(([name]) => name !== "pin");
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(fields));
  } catch (problem) {
    return; // nothing was saved, so nothing is promised
  }
  event.preventDefault();
  saved.hidden = false;
  saved.scrollIntoView();
}

if (saved) {
  document.querySelectorAll("form[action='/check-in']").forEach((form) => {
    form.addEventListener("submit", keep);
  });
  window.addEventListener("online", sendKept);
  if (sessionStorage.getItem(KEPT)) {
    saved.hidden = navigator.onLine;
    sendKept();
  }
}

// ---- a scan in vain ------------------------------------------------------------------------
// The lead is told at once; where that fails the button stays.
const report = document.querySelector("form[action='/check-in/vain']");

if (report) {
  const body = new URLSearchParams(new FormData(report));
  fetch(report.action, { method: "POST", body, redirect: "manual" })
    .then((answer) => {
      if (answer.type !== "opaqueredirect") return;
      report.hidden = true;
      document.querySelector("[data-told]").hidden = false;
    })
    .catch(() => {});
}

// ---- one more, one less --------------------------------------------------------------------
document.querySelectorAll("[data-step]").forEach((button) => {
  const heads = document.querySelector("#field-heads");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = Number(heads.value || 0) + Number(button.dataset.step);
    heads.value = String(Math.max(0, next));
  });
});

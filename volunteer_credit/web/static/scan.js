// Scanning: a tap that waits for the network, a camera where it can read codes, a stepper.
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

// ---- the camera ----------------------------------------------------------------------------
const camera = document.querySelector("[data-camera]");

async function canRead() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return false;
  const formats = await window.BarcodeDetector.getSupportedFormats(); // some name it and have none
  return formats.includes("qr_code");
}

async function watch() {
  const view = camera.querySelector("video");
  const form = document.querySelector("form[action$='/scan']");
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: "environment" } },
  });
  view.srcObject = stream;
  view.dataset.runs = "";
  await view.play();
  sessionStorage.setItem("camera", "on"); // for the next person, on this page only
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  let isDone = false;
  async function look() {
    if (isDone) return;
    const found = await detector.detect(view).catch(() => []);
    if (found.length > 0) {
      isDone = true;
      stream.getTracks().forEach((track) => track.stop());
      if (navigator.vibrate) navigator.vibrate(80);
      form.querySelector("[name=code]").value = found[0].rawValue;
      form.requestSubmit ? form.requestSubmit() : form.submit();
      return;
    }
    setTimeout(look, 120);
  }
  look();
}

if (camera) {
  canRead()
    .then((can) => {
      if (!can) return;
      camera.hidden = false;
      document.querySelector("[data-camera-missing]").hidden = true;
      const on = camera.querySelector("[data-camera-on]");
      const start = () => {
        on.hidden = true;
        watch().catch(() => {
          on.hidden = false;
          sessionStorage.removeItem("camera");
        });
      };
      on.addEventListener("click", start);
      if (sessionStorage.getItem("camera")) start();
    })
    .catch(() => {});
  const code = document.querySelector("[name=code]");
  if (code && !matchMedia("(pointer: coarse)").matches) code.focus(); // for a hand scanner
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

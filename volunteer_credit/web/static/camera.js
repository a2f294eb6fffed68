// The camera beside a field for codes, and a photo where there is no moving picture. What is read
// goes into the field, and the form goes out as if somebody had typed it.

import { hasReader, newReader, readCamera, readPhoto } from "./codes.js";

const LOOK_MILLISECONDS = 125;
const SAME_MILLISECONDS = 2000; // a card that is still held there is no second scan
const REFUSALS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "used",
  AbortError: "used",
};

const camera = document.querySelector("[data-camera]");
const part = (name) => camera.querySelector(`[data-camera-${name}]`);
const [view, on, off, torch, photo, said] = ["view", "on", "off", "torch", "photo", "said"].map(part);
const field = document.getElementById(camera.dataset.camera);
const form = field.form;
const staysHere = form.closest("[data-in-place]") !== null;
const KEPT = `camera ${window.location.pathname}`; // whoever used it here finds it on

let turn = 0; // what began in an earlier turn is over
let stream = null;
let last = { text: "", at: 0 };

function say(word) {
  said.textContent = word ? camera.dataset[word] : "";
}

function halt(which) {
  which.getTracks().forEach((track) => track.stop());
}

function close(word) {
  turn += 1;
  if (stream) halt(stream);
  stream = null;
  view.srcObject = null;
  view.hidden = off.hidden = torch.hidden = true;
  on.hidden = false;
  say(word);
}

function giveUp(word) {
  close(word);
  sessionStorage.removeItem(KEPT);
  photo.hidden = !word || word === "undecoded";
}

function take(text) {
  const other = document.activeElement;
  const isInput = other.form === form && other.tagName === "INPUT" && other.type !== "file";
  const isTyping = isInput && other !== field;
  field.value = text;
  say("found");
  if (!staysHere) close("found"); // seen again it would send what is half typed
  if (isTyping || !form.checkValidity()) {
    say("more");
    (form.querySelector(":invalid") || other).focus();
    return;
  }
  form.requestSubmit ? form.requestSubmit() : form.querySelector("[type=submit]").click();
}

async function look(mine, read) {
  if (mine !== turn) return;
  const begun = performance.now();
  if ("sending" in form.dataset || document.querySelector("[data-shown=stays]")) {
    last.at = begun; // the card may still be held there
  } else {
    const text = await readCamera(read, view);
    const at = performance.now();
    if (mine !== turn) return;
    const isSame = text === last.text && at - last.at < SAME_MILLISECONDS;
    if (text) last = { text, at };
    if (text && !isSame) take(text);
    else if (!text && at - last.at >= SAME_MILLISECONDS) say("looking");
  }
  setTimeout(() => look(mine, read), Math.max(25, begun + LOOK_MILLISECONDS - performance.now()));
}

function offerTorch(track) {
  const can = track.getCapabilities ? track.getCapabilities() : {};
  torch.hidden = !can.torch;
  torch.setAttribute("aria-pressed", "false");
}

async function open() {
  close("starting");
  on.hidden = true;
  off.hidden = false;
  const mine = turn;
  const wanted = newReader(camera.dataset.decoder).catch(() => null); // while the camera starts
  let given;
  try {
    given = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: { ideal: "environment" } },
    });
  } catch (problem) {
    if (mine === turn) giveUp(REFUSALS[problem.name] || "failed");
    return;
  }
  if (mine !== turn) {
    halt(given);
    return;
  }
  stream = given;
  const [track] = given.getVideoTracks();
  track.addEventListener("ended", () => mine === turn && giveUp("used"));
  view.srcObject = given;
  view.hidden = false;
  await view.play().catch(() => {}); // it plays when its picture is there
  const read = await wanted;
  if (mine !== turn) return;
  if (!read) {
    giveUp("undecoded");
    return;
  }
  offerTorch(track);
  sessionStorage.setItem(KEPT, "on");
  last = { text: "", at: 0 };
  say("looking");
  look(mine, read);
}

async function turnTorch() {
  const isOn = torch.getAttribute("aria-pressed") !== "true";
  await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: isOn }] });
  torch.setAttribute("aria-pressed", String(isOn));
}

async function readFile(file) {
  close("reading");
  const read = await newReader(camera.dataset.decoder).catch(() => null);
  if (!read) {
    say("undecoded");
    return;
  }
  const text = await readPhoto(read, file).catch(() => "");
  if (text) take(text);
  else say("empty");
}

async function begin() {
  if (!(await hasReader(camera.dataset.decoder))) return;
  camera.hidden = false;
  document.querySelector("[data-camera-missing]").hidden = true;
  const chosen = photo.querySelector("input");
  chosen.addEventListener("change", () => {
    const [file] = chosen.files;
    chosen.value = ""; // the same file may be chosen again
    if (file) readFile(file);
  });
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
    on.remove();
    photo.hidden = false;
    return;
  }
  on.addEventListener("click", open);
  off.addEventListener("click", () => giveUp(""));
  torch.addEventListener("click", () => turnTorch().catch(() => (torch.hidden = true)));
  window.addEventListener("pagehide", () => close(""));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && !off.hidden) close("");
    else if (!document.hidden && off.hidden && sessionStorage.getItem(KEPT)) open();
  });
  if (sessionStorage.getItem(KEPT)) open();
}

begin();
const isFirst = form.querySelector("input:not([type=hidden])") === field;
if (isFirst && !window.matchMedia("(pointer: coarse)").matches) field.focus(); // a hand scanner

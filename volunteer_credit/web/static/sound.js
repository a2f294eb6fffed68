// A tone and a buzz for what a scan came to; the screen says all of it without them. They can be
// turned off, and come only in a tab that somebody has touched.

const TONES = { green: [1320], yellow: [660], red: [220, 220] }; // Hz, one after the other
const BUZZES = { green: [80], yellow: [80, 80, 80], red: [250, 100, 250] }; // ms on, off, on
const TONE_SECONDS = 0.16;
const STEP_SECONDS = 0.24;
const LOUDNESS = 0.3;
const WAIT_MILLISECONDS = 500; // a tone that comes later than this would tell of another scan

let context = null;

function kept(store, name, value) {
  try {
    if (value !== undefined) window[store].setItem(name, value);
    return window[store].getItem(name);
  } catch (problem) {
    return value; // a browser that keeps nothing: for this page only
  }
}

const isOn = () => kept("localStorage", "sound") !== "off";

// Also once more after a call or a lock, which suspend it.
function wake() {
  const Kind = window.AudioContext || window.webkitAudioContext;
  if (!Kind) return;
  try {
    if (navigator.audioSession) navigator.audioSession.type = "ambient"; // quiet where the phone is
    context = context || new Kind();
    if (context.state !== "running") context.resume().catch(() => {});
  } catch (problem) {
    context = null;
  }
}

function touched() {
  kept("sessionStorage", "touched", "yes");
  if (isOn()) wake();
}

function play(tones) {
  const begin = context.currentTime + 0.02;
  tones.forEach((hertz, index) => {
    const at = begin + index * STEP_SECONDS;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, at); // up and down without a click
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
    volume.gain.linearRampToValueAtTime(0, at + TONE_SECONDS);
    tone.connect(volume);
    volume.connect(context.destination);
    tone.start(at);
    tone.stop(at + TONE_SECONDS);
  });
}

// `kind`: green, yellow or red, as the screen is.
export function tell(kind) {
  if (!isOn() || kept("sessionStorage", "touched") !== "yes" || !TONES[kind]) return;
  if (navigator.vibrate) navigator.vibrate(BUZZES[kind]);
  wake();
  if (!context) return;
  const asked = context;
  play(TONES[kind]);
  setTimeout(() => {
    if (asked.state === "running" || context !== asked) return;
    context = null;
    asked.close().catch(() => {});
  }, WAIT_MILLISECONDS);
}

document.addEventListener("click", touched, true); // before what the click brings about
document.addEventListener("keydown", touched, true);

// <button data-sound="Sound: on" data-sound-off="Sound: off" hidden>
document.querySelectorAll("[data-sound]").forEach((button) => {
  const show = () => {
    button.textContent = isOn() ? button.dataset.sound : button.dataset.soundOff;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    kept("localStorage", "sound", isOn() ? "off" : "on");
    show();
    tell("green");
  });
  show();
});

const result = document.querySelector("[data-result]");
if (result) tell(result.dataset.result);

// Reads QR codes out of a camera's picture or of a photo. A browser that cannot do so itself gets a
// decoder from our own server, when somebody opens the camera and not before.

const CAMERA_SIDE_MAX = 640; // pixels; enough for a card at arm's length, and quick on weak phones
const PHOTO_SIDES_MAX = [1600, 800]; // a code is found in one size or the other
const QUICK = { timeLimit: 60 }; // milliseconds for one picture of the camera
const THOROUGH = { effort: Infinity, timeLimit: 1500 };

const canvas = document.createElement("canvas");
const pen = canvas.getContext("2d", { willReadFrequently: true });

function draw(source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  pen.fillStyle = "#fff"; // behind a picture that one can see through
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
}

async function canReadItself() {
  if (!("BarcodeDetector" in window)) return false;
  const formats = await window.BarcodeDetector.getSupportedFormats(); // some have it and can nothing
  return formats.includes("qr_code");
}

// What looks at the canvas: the text of a code, or nothing.
export async function newReader(decoder) {
  if (await canReadItself().catch(() => false)) {
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async () => {
      const found = await detector.detect(canvas).catch(() => []);
      return found.length > 0 ? found[0].rawValue : "";
    };
  }
  const { decodeQR } = await import(decoder);
  return async (effort) => {
    try {
      return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height), effort);
    } catch (problem) {
      return ""; // so it says that there is none
    }
  };
}

export async function hasReader(decoder) {
  return Boolean(decoder) || canReadItself().catch(() => false);
}

export async function readCamera(read, video) {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return "";
  draw(video, video.videoWidth, video.videoHeight, CAMERA_SIDE_MAX);
  return read(QUICK);
}

// A file as a picture; not by an address of its own, which our policy lets no page load.
function load(file) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    const reader = new FileReader();
    reader.onload = () => {
      image.src = reader.result;
    };
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
}

export async function readPhoto(read, file) {
  const image = await load(file);
  for (const side of PHOTO_SIDES_MAX) {
    draw(image, image.naturalWidth, image.naturalHeight, side);
    const text = await read(THOROUGH);
    if (text) return text;
  }
  return "";
}

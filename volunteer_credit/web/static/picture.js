// Makes a photo of a drawn picture, with the phone's own fonts, so that it can be held and saved.
// Without this file the drawing itself stands on the page.

const WIDTH = 1080;
const HEIGHT = 1440;

function load(source) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = source;
  });
}

async function photograph(place) {
  const drawing = new XMLSerializer().serializeToString(place.querySelector("svg"));
  const drawn = await load(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing)}`);
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  canvas.getContext("2d").drawImage(drawn, 0, 0, WIDTH, HEIGHT);
  const photo = await load(canvas.toDataURL("image/png"));
  photo.alt = place.dataset.picture;
  place.replaceChildren(photo);
  const hint = document.querySelector("[data-picture-hint]");
  if (hint) hint.hidden = false;
}

document.querySelectorAll("[data-picture]").forEach((place) => {
  photograph(place).catch(() => {}); // the drawing stays
});

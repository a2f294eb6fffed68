// Passkeys: asks the server what to sign, lets the browser sign it, sends the answer as a form.
// Without this file, or where a browser has no passkeys, a sentence stands in its place.

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0));
}

function letters(buffer) {
  let plain = "";
  new Uint8Array(buffer).forEach((each) => {
    plain += String.fromCharCode(each);
  });
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function asked(options) {
  const made = Object.assign({}, options, { challenge: bytes(options.challenge) });
  if (options.user) made.user = Object.assign({}, options.user, { id: bytes(options.user.id) });
  ["allowCredentials", "excludeCredentials"].forEach((name) => {
    if (options[name]) {
      made[name] = options[name].map((each) => Object.assign({}, each, { id: bytes(each.id) }));
    }
  });
  return made;
}

function answered(credential) {
  const response = {};
  ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(
    (name) => {
      if (credential.response[name]) response[name] = letters(credential.response[name]);
    }
  );
  return JSON.stringify({
    id: credential.id,
    rawId: letters(credential.rawId),
    type: credential.type,
    response: response,
    clientExtensionResults: {},
  });
}

async function sign(place, form) {
  const token = new URLSearchParams({ _csrf: form.elements._csrf.value });
  const reply = await fetch(place.dataset.ask, { method: "POST", body: token });
  if (reply.redirected) return window.location.assign(reply.url); // to prove who one is, first
  if (!reply.ok) throw new Error("not asked");
  const told = await reply.json();
  const publicKey = asked(told.options);
  const made = place.dataset.passkey === "create";
  const credential = await (made
    ? navigator.credentials.create({ publicKey: publicKey })
    : navigator.credentials.get({ publicKey: publicKey }));
  form.elements.challenge.value = told.challenge;
  form.elements.answer.value = answered(credential);
}

function prepare(place) {
  const form = place.querySelector("form");
  const failed = place.querySelector("[data-passkey-failed]");
  form.addEventListener("submit", (event) => {
    if (form.elements.answer.value) return; // signed: the form goes out as any other
    event.preventDefault();
    failed.hidden = true;
    sign(place, form).then(
      () => {
        if (form.elements.answer.value) form.requestSubmit();
      },
      () => {
        failed.hidden = false;
      }
    );
  });
  place.hidden = false;
}

if (window.PublicKeyCredential && window.isSecureContext) {
  document.querySelectorAll("[data-passkey]").forEach(prepare);
  document.querySelectorAll("[data-passkey-missing]").forEach((each) => {
    each.hidden = true;
  });
}

// Saves an application while it is written. What could not be saved stays on this device, is sent
// again when there is a connection, and comes back into the form when the page is opened anew.

const status = document.getElementById("autosave");
const form = document.getElementById("application");
const key = `grantengine.draft.${status.dataset.key}`;
const handedOver = `${key}.handed-over`;
const WAIT_MS = 1500;
const RETRY_MS = 10000;
let timer = 0;
let isSaving = false;
let isStopped = false;

function tell(state) {
  status.textContent = status.dataset[state];
  status.dataset.state = state;
  status.hidden = false;
}

// Files, the token and the buttons are no answers.
function typed() {
  const fields = [...new FormData(form)];
  return fields.filter(([name, value]) => typeof value === "string" && name !== "csrf_token");
}

function keepHere() {
  try {
    localStorage.setItem(key, JSON.stringify(typed()));
  } catch {
    // No room or not allowed: then only our server keeps it.
  }
}

function later(milliseconds) {
  clearTimeout(timer);
  if (!isStopped) timer = setTimeout(save, milliseconds);
}

function keepAndSave() {
  keepHere();
  later(WAIT_MS);
}

async function save() {
  if (isSaving) return later(WAIT_MS);
  isSaving = true;
  const sent = typed();
  const body = new URLSearchParams([...sent, ["csrf_token", form.elements.csrf_token.value]]);
  tell("saving");
  try {
    // Whoever is signed out is sent to sign in, which is no place to save.
    const answer = await fetch(status.dataset.address, { method: "POST", body, redirect: "manual" });
    if (answer.ok) settled(sent, await answer.json());
    else if (answer.status >= 500 || answer.status === 429) unreached();
    else refused(answer.status);
  } catch {
    unreached();
  }
  isSaving = false;
}

function forget() {
  localStorage.removeItem(key);
  localStorage.removeItem(handedOver);
}

function settled(sent, { version, is_whole: isWhole = true }) {
  const isNewer = JSON.stringify(typed()) !== JSON.stringify(sent);
  form.elements.version.value = version;
  if (isNewer) {
    return keepAndSave();
  }
  if (!isWhole) {
    keepHere();
    return tell("waiting");
  }
  forget();
  return tell("saved");
}

function unreached() {
  tell("offline");
  later(RETRY_MS);
}

// Saved elsewhere, signed out, or closed: a person has to see it, so nothing is tried again.
function refused(code) {
  isStopped = true;
  tell(code === 409 ? "stale" : "refused");
}

function isTouched(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return "defaultValue" in field && field.type !== "file" && field.value !== field.defaultValue;
}

function restore() {
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!kept) {
    // Typed before this script had come.
    if ([...form.elements].some(isTouched)) keepAndSave();
    return;
  }
  const version = Number(kept.find(([name]) => name === "version")?.[1]);
  // Once sent by hand, a later version says that a person has seen to it.
  if (localStorage.getItem(handedOver) && Number(form.elements.version.value) > version) {
    forget();
    return;
  }
  const now = JSON.stringify(typed().filter(([name]) => name !== "version"));
  if (JSON.stringify(kept.filter(([name]) => name !== "version")) === now) {
    forget();
    return;
  }
  const values = grouped(kept);
  for (const field of form.elements) {
    if (!field.name || field.type === "file" || field.name === "csrf_token") continue;
    const own = (values.get(field.name) ?? []).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = own.includes(field.value);
    // With the version that the text was typed on: had it been saved since, both are shown.
    else if (field.type !== "submit" && own.length) field.value = own[0];
  }
  tell("restored");
  later(WAIT_MS);
}

function grouped(pairs) {
  const groups = new Map();
  for (const pair of pairs) groups.set(pair[0], [...(groups.get(pair[0]) ?? []), pair]);
  return groups;
}

form.addEventListener("input", keepAndSave);
// Sent by hand: our server has it now, or shows both texts.
form.addEventListener("submit", () => {
  isStopped = true;
  clearTimeout(timer);
  keepHere();
  localStorage.setItem(handedOver, "yes");
});
addEventListener("online", () => localStorage.getItem(key) && later(0));
restore();

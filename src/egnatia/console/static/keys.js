// Keyboard shortcuts: / search, j and k in a queue, 1 to 3 a decision, p the button for a request for protection, ? help. The pages work without this file, and /help turns it off.
const isTyping = (element) => element.closest("input:not([type=radio]), textarea, select, [contenteditable]") !== null;

function move(step) {
  const links = [...document.querySelectorAll("[data-queue] a[data-row]")];
  if (links.length === 0) return false;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
  links[next].focus();
  return true;
}

function search() {
  const box = document.getElementById("q");
  if (box) box.focus();
  else location.assign("/#q");
  return true;
}

function protection() {
  const button = document.querySelector("button[data-key=p]");
  if (button) button.focus(); // one more stroke presses it: what is heard once is not taken back
  return button !== null;
}

function decide(number) {
  const choices = [...document.querySelectorAll("[data-decide] input[type=radio][name=decision]")];
  const choice = choices[number - 1];
  if (!choice) return false;
  choice.checked = true; // chosen, not sent: reasons have to be written, and the button pressed
  choice.focus();
  return true;
}

const shortcuts = {
  1: () => decide(1),
  2: () => decide(2),
  3: () => decide(3),
  "/": search,
  j: () => move(1),
  k: () => move(-1),
  p: protection,
  "?": () => (location.assign("/help"), true),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const shortcut = shortcuts[event.key];
  if (shortcut && shortcut()) event.preventDefault();
});

// Keyboard shortcuts: / search, j and k in a queue, p the button for a request for protection, ? help. The pages work without this file, and /help turns it off.
const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

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

const shortcuts = {
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

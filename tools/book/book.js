// The theme lets what overflows be scrolled by keyboard, and looks for it when the size changes:
// what a fold hid, it finds when the fold is opened.
addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);

// Paper is white, whatever the colours of the screen.
let theme;
addEventListener("beforeprint", () => {
  theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => { document.documentElement.dataset.theme = theme; });

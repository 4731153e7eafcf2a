"use strict";
// A file that is dropped on its form is looked at at once, as one that is chosen there and sent.
(() => {
  const at = (event) => event.target instanceof Element && event.target.closest("[data-drop]");
  const holds = (event) => [...(event.dataTransfer ? event.dataTransfer.types : [])].includes("Files");

  document.addEventListener("dragover", (event) => {
    if (!holds(event)) return;
    event.preventDefault(); // beside the form, a browser would open the file in our place
    document.querySelectorAll("[data-drop]").forEach((form) => form.classList.toggle("over", form === at(event)));
  });

  document.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    const form = at(event);
    document.querySelectorAll("[data-drop]").forEach((one) => one.classList.remove("over"));
    if (!form || event.dataTransfer.files.length === 0) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    form.querySelector("input[type=file]").files = one.files;
    form.requestSubmit();
  });
})();

"use strict";
// The queue by keys: 1 to 9 are the labels, S, A, U, G, X and Z what stands on the buttons. Keys
// count by their place, so one pressed while Hangul is on counts as well. A press is sent until it
// has arrived; the server takes it once, however often it comes.
(() => {
  const AGAIN_MS = 1000;
  const OFF = "tokki-keys-off";
  let isBusy = false;

  const store = (off) => { try { localStorage.setItem(OFF, off ? "1" : ""); } catch { /* not kept */ } };
  const isOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

  const ready = () => {
    const choice = document.getElementById("keys");
    if (!choice) return;
    choice.closest("p").hidden = false;
    choice.checked = !isOff();
    choice.addEventListener("change", () => store(!choice.checked));
  };

  const show = (html) => {
    const next = new DOMParser().parseFromString(html, "text/html");
    const main = next.querySelector("main");
    if (!main) return location.reload();
    document.querySelector("main").replaceWith(main);
    document.title = next.title;
    ready();
    const text = document.getElementById("text");
    if (text) text.focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const trouble = () => {
    const said = document.getElementById("trouble");
    if (!said || !said.hidden) return;
    said.hidden = false;
    said.textContent = said.dataset.words;
  };

  const send = async (form, body) => {
    for (;;) {
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Tokki": "at-once" } });
        if (answer.status < 500) return await answer.text();
      } catch { /* the server is being restarted, or the network is gone */ }
      trouble();
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-label]")) return;
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    document.querySelectorAll("[data-label] button").forEach((one) => { one.disabled = true; });
    try {
      show(await send(form, body));
    } finally {
      isBusy = false;
    }
  });

  const keyOf = (event) => {
    const found = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code);
    return (found ? found[1] : event.key).toLowerCase();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isBusy || isOff()) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const key = keyOf(event);
    const button = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (!button) return;
    event.preventDefault();
    button.closest("form").requestSubmit(button);
  });

  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  ready();
})();

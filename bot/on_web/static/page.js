"use strict";
// Answers that come along without a new page, and forms that show theirs in place. All of it works
// without this as well: by a page that loads itself anew, and by forms that open the next page.
(() => {
  const WAIT_MS = 700;
  const { unsent } = document.currentScript.dataset;
  const here = () => location.href.split("#")[0];
  let timer = 0;
  let shown = here();

  // What the server says; while it is being restarted, it or a proxy before it says a 5xx.
  const answered = async (url, how) => {
    const answer = await fetch(url, how);
    if (answer.status >= 500) throw new Error(answer.status);
    return answer;
  };

  // Whether that was a page of ours.
  const show = (html, url) => {
    const next = new DOMParser().parseFromString(html, "text/html");
    const main = next.querySelector("main");
    if (!main) return false;
    document.querySelector("main").replaceWith(main);
    document.title = next.title;
    if (url && url !== location.href) history.pushState(null, "", url);
    shown = here();
    look();
    return true;
  };

  // What the keyboard reaches, in its order: whoever stands there stays there.
  const reached = () => [...document.querySelectorAll("main :is(a, button, input, select, summary, [tabindex])")];

  const again = async () => {
    try {
      const answer = await answered(location.href, { headers: { Accept: "text/html" } });
      const html = await answer.text();
      const at = reached().indexOf(document.activeElement);
      if (!show(html)) location.reload();
      if (at >= 0) reached()[at]?.focus({ preventScroll: true });
    } catch {
      timer = setTimeout(again, 4 * WAIT_MS); // the server is being restarted, or the network is gone
    }
  };

  const look = () => {
    clearTimeout(timer);
    const waits = document.querySelector("[data-wait]");
    if (waits) timer = setTimeout(again, Number(waits.dataset.wait) || WAIT_MS);
    const asked = document.querySelector("main [autofocus]");
    if (asked) asked.focus({ preventScroll: false });
  };

  // What was filled in stays, and it is said that it has not arrived.
  const trouble = (form) => {
    const said = document.createElement("p");
    said.className = "trouble";
    said.setAttribute("role", "alert");
    said.textContent = unsent;
    form.append(said);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-swap]")) return;
    event.preventDefault();
    clearTimeout(timer);
    const data = new FormData(form, event.submitter);
    const hasFiles = form.enctype === "multipart/form-data";
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    form.querySelector(".trouble")?.remove();
    try {
      const body = hasFiles ? data : new URLSearchParams(data);
      const answer = await answered(form.action, { method: "POST", body });
      if (!show(await answer.text(), answer.redirected ? answer.url : "")) throw new Error("no page of ours");
    } catch {
      buttons.forEach((button) => { button.disabled = false; });
      look();
      trouble(form);
    }
  });

  window.addEventListener("popstate", () => {
    if (here() !== shown) location.reload(); // a place in the same page, such as its content, is no other page
  });
  look();
})();

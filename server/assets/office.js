// What the office's pages add where scripts run: what happens is shown as it happens, and lists are searched as one
// types. Without it every page works by links and forms.
"use strict";

(() => {
  const body = document.body;
  const language = document.documentElement.lang;
  const SCRIPT = { "x-doorstep-script": "1" };
  const LOST_AFTER_MS = 2_000;
  const RETRY_MS = 3_000;
  const REFRESH_MS = 2_000;
  const ARRIVALS_MAX = 50;
  const TYPED_MS = 150;

  const notice = (name, isShown) => {
    const element = document.querySelector(`[data-notice="${name}"]`);
    if (element) element.hidden = !isShown;
  };

  // Relative times grow old.
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const age = () => {
    for (const time of document.querySelectorAll("time[data-fresh]")) {
      const minutes = Math.floor((Date.now() - Number(time.dataset.fresh)) / 60_000);
      if (minutes >= 1 && minutes < 60) time.textContent = relative.format(-minutes, "minute");
    }
  };
  setInterval(age, 20_000);

  // Fills a region anew. What is ticked in it stays ticked, and the focus where it is.
  const put = (region, fresh) => {
    const ticked = new Set([...region.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value));
    const active = region.contains(document.activeElement) ? document.activeElement : null;
    const [id, value] = [active?.id, active?.type === "checkbox" ? active.value : ""];
    region.innerHTML = fresh.innerHTML;
    for (const box of region.querySelectorAll("input[type=checkbox]")) {
      if (!box.disabled && ticked.has(box.value)) box.checked = true;
      if (value && box.value === value) box.focus();
    }
    if (id) document.getElementById(id)?.focus();
    enhance(region);
  };

  // Puts what the server shows now in place of what the page shows, region by region, without losing where one is.
  let refreshing = false;
  const refresh = async () => {
    if (refreshing) return;
    refreshing = true;
    try {
      const asked = location.href;
      const answer = await fetch(asked, { headers: SCRIPT, credentials: "same-origin" });
      if (answer.status === 401) return signedOut();
      if (!answer.ok) return notice("changed", true);
      if (asked !== location.href) return;
      const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const region of document.querySelectorAll("[data-region]")) {
        const searched = searches.get(region.dataset.region);
        // What was looked for stands in no address: it is looked for again.
        if (searched?.isActive()) {
          searched.search();
          continue;
        }
        const fresh = shown.querySelector(`[data-region="${region.dataset.region}"]`);
        if (!fresh || fresh.innerHTML === region.innerHTML) continue;
        // Whoever types in it is asked first, and no button moves under the pointer of whoever is about to press it.
        const active = document.activeElement;
        const isTyped = region.contains(active) && active.matches("input:not([type=checkbox]), select, textarea, button");
        const isPointedAt = region.querySelector("form[method=post] button") && region.matches(":hover");
        if (isTyped || isPointedAt) {
          notice("changed", true);
          continue;
        }
        put(region, fresh);
      }
      const head = shown.body?.dataset.head;
      if (head) body.dataset.head = head;
    } catch {
      // The stream says that the server is lost; it is asked again once it is back.
    } finally {
      refreshing = false;
    }
  };

  let refreshTimer = 0;
  const refreshSoon = () => {
    // At different moments, however many have the page open.
    if (!refreshTimer) {
      refreshTimer = setTimeout(() => { refreshTimer = 0; refresh(); }, REFRESH_MS * (0.5 + Math.random()));
    }
  };

  const signedOut = () => {
    notice("signed-out", true);
    notice("lost", false);
    stream?.close();
    stream = null;
  };

  const html = (text) => {
    const template = document.createElement("template");
    template.innerHTML = text.trim();
    return template.content.firstElementChild;
  };

  const arrived = (event) => {
    const { scope, html: text } = JSON.parse(event.data);
    const list = document.querySelector("[data-arrivals]");
    if (list && (!list.dataset.arrivals || list.dataset.arrivals === scope)) {
      const line = html(text);
      if (list.querySelector(`[data-seq="${line.dataset.seq}"]`)) return;
      line.classList.add("fresh");
      const time = line.querySelector("time");
      if (time) time.dataset.fresh = String(Date.now());
      list.prepend(line);
      while (list.children.length > ARRIVALS_MAX) list.lastElementChild.remove();
      const empty = document.querySelector("[data-no-arrivals]");
      if (empty) empty.hidden = true;
    }
  };

  const nurse = (event) => {
    const { nurse, html: text } = JSON.parse(event.data);
    const row = document.getElementById(`nurse-${nurse}`);
    if (!row) return refreshSoon();
    const fresh = html(text);
    if (fresh.innerHTML === row.innerHTML) return;
    fresh.classList.add("fresh");
    row.replaceWith(fresh);
  };

  const counts = (event) => {
    for (const [kind, count] of Object.entries(JSON.parse(event.data))) {
      for (const element of document.querySelectorAll(`[data-count-of="${kind}"]`)) {
        element.classList.toggle("some", count > 0);
        const number = element.querySelector("[data-count]");
        if (number) number.textContent = count;
      }
    }
  };

  // A page says with data-live-kinds, data-live-scope or data-live-record what concerns it; without either, everything does.
  const moved = (event) => {
    const { kinds, scopes, records } = JSON.parse(event.data);
    const { liveKinds, liveScope, liveRecord, today } = body.dataset;
    if (today !== undefined) return;
    const concerns = kinds.length === 0 && !liveRecord
      || (!liveKinds || liveKinds.split(" ").some((kind) => kinds.includes(kind)))
      && (!liveScope || scopes.includes(liveScope))
      && (!liveRecord || records.includes(liveRecord));
    if (!concerns) return;
    if (document.querySelector("[data-region]")) refreshSoon(); else notice("changed", true);
  };

  let stream = null;
  let isLost = false;
  let lostTimer = 0;
  let last = "";

  const found = () => {
    clearTimeout(lostTimer);
    lostTimer = 0;
    document.querySelector("[data-live-on]").hidden = false;
    if (!isLost) return;
    isLost = false;
    notice("lost", false);
    notice("back", true);
    setTimeout(() => notice("back", false), 5_000);
    refresh();
  };

  const lost = () => {
    document.querySelector("[data-live-on]").hidden = true;
    // A blink is not worth a word.
    if (!lostTimer) lostTimer = setTimeout(() => { isLost = true; notice("lost", true); }, LOST_AFTER_MS);
    if (stream?.readyState === EventSource.CLOSED) {
      stream = null;
      setTimeout(again, RETRY_MS);
    }
  };

  // A stream that was refused says not why: somebody who has been signed out is told so.
  const again = async () => {
    if (stream) return;
    try {
      const answer = await fetch("/office/alive", { headers: SCRIPT, credentials: "same-origin" });
      if (answer.status === 401) return signedOut();
    } catch {
      setTimeout(again, RETRY_MS);
      return;
    }
    listen();
  };

  const listen = () => {
    const today = body.dataset.today !== undefined;
    stream = new EventSource(`/office/live?after=${last || body.dataset.head}${today ? "&today=true" : ""}`);
    const on = (name, tell) => stream.addEventListener(name, (event) => {
      if (event.lastEventId) last = event.lastEventId;
      tell(event);
    });
    stream.onopen = found;
    stream.onerror = lost;
    on("arrived", arrived);
    on("nurse", nurse);
    on("counts", counts);
    on("moved", moved);
    on("reload", refreshSoon);
    on("signed-out", signedOut);
  };

  // A page that is left holds no stream: a browser has few connections to one server, and keeps left pages for a while.
  addEventListener("pagehide", () => { stream?.close(); stream = null; });
  addEventListener("pageshow", (event) => {
    if (!event.persisted || body.dataset.live === undefined) return;
    again();
    refresh();
  });

  // A form that searches does so as one types; what it finds is put in place of the last.
  const searches = new Map();
  const searching = (form) => {
    let timer = 0;
    let asked = 0;
    const search = async () => {
      const number = ++asked;
      const into = document.querySelector(`[data-region="${form.dataset.search}"]`);
      into?.setAttribute("aria-busy", "true");
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { ...SCRIPT, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(new FormData(form)),
        credentials: "same-origin",
      }).catch(() => null);
      if (number !== asked) return;
      into?.removeAttribute("aria-busy");
      if (answer?.status === 401) return signedOut();
      if (!answer?.ok) return;
      const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = shown.querySelector(`[data-region="${form.dataset.search}"]`);
      if (into && fresh) put(into, fresh);
      // What an address can say, it says: the list can be kept as a bookmark.
      if (answer.redirected) history.replaceState(null, "", answer.url);
    };
    const isActive = () => [...form.querySelectorAll("input[type=search]")].some((field) => field.value.trim());
    searches.set(form.dataset.search, { search, isActive });
    const soon = () => { clearTimeout(timer); timer = setTimeout(search, TYPED_MS); };
    form.addEventListener("input", soon);
    // A text field changes when it is left, maybe for what was found: that is searched for already.
    form.addEventListener("change", (event) => { if (event.target.matches("select, input[type=checkbox]")) soon(); });
  };

  // A select that sends its form when something is chosen; its button is for those without a script.
  const enhance = (root) => {
    for (const form of root.querySelectorAll("form[data-search]")) searching(form);
    for (const button of root.querySelectorAll("[data-without-script]")) button.hidden = true;
    for (const select of root.querySelectorAll("select[data-send]")) {
      select.addEventListener("change", () => select.form.requestSubmit());
    }
    // A file that is too big is said to be before it is sent.
    for (const input of root.querySelectorAll("input[data-bytes-max]")) {
      input.addEventListener("change", () => {
        const isTooBig = [...input.files].some((file) => file.size > Number(input.dataset.bytesMax));
        input.setCustomValidity(isTooBig ? input.dataset.tooBig : "");
        if (isTooBig) input.reportValidity();
      });
    }
    for (const button of root.querySelectorAll("button[data-tick]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${button.dataset.tick}"]:not(:disabled)`)];
        const areTicked = boxes.every((box) => box.checked);
        for (const box of boxes) box.checked = !areTicked;
      });
    }
    for (const button of root.querySelectorAll("button[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
  };

  enhance(document);
  if (body.dataset.live !== undefined) listen();
})();

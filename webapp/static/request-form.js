/* The form of a request: what was typed survives reloads and lost connections, and articles that may answer
   are offered while typing. Without JavaScript the form works as it is. Its words are in the page's templates. */
(() => {
  "use strict";

  const DRAFTS = "request-drafts";
  const SENDING = "request-sending";
  const KEPT_DAYS = 7;
  const MOST_DRAFTS = 5;
  const PAUSE_MS = 500;
  const FEWEST_LETTERS = 8;

  /* Storage may be forbidden or full: then there is no draft, and everything else goes on. */
  const stored = (area, name) => {
    try {
      return area().getItem(name);
    } catch {
      return null;
    }
  };
  const store = (area, name, value) => {
    try {
      if (value === null) area().removeItem(name);
      else area().setItem(name, value);
    } catch {
      /* see above */
    }
  };
  const local = () => window.localStorage;
  const session = () => window.sessionStorage;

  /* The messages that were not sent, the newest last. */
  const drafts = () => {
    try {
      return JSON.parse(stored(local, DRAFTS)).filter(({ at }) => Date.now() - at < KEPT_DAYS * 86400000);
    } catch {
      return []; // none, or not ours
    }
  };
  const saveDrafts = (all) => store(local, DRAFTS, all.length ? JSON.stringify(all.slice(-MOST_DRAFTS)) : null);
  const draftsBut = (id) => drafts().filter((draft) => draft.id !== id);

  for (const button of document.querySelectorAll("[data-prints]")) {
    button.addEventListener("click", () => window.print());
  }

  /* The record comes after the form was sent from this tab: its draft is no longer needed. */
  if (document.querySelector("[data-request]") && stored(session, SENDING)) {
    saveDrafts(draftsBut(stored(session, SENDING)));
    store(session, SENDING, null);
  }

  const form = document.querySelector("[data-request-form]");
  if (!form) return;
  const sent = stored(session, SENDING);
  store(session, SENDING, null);

  const status = form.querySelector(".draft-status");
  const fields = [...form.elements].filter(
    (field) => field.name && !["file", "hidden"].includes(field.type) && field.name !== "website",
  );
  const details = form.querySelector(".request-more");
  const here = () => location.pathname + location.search;
  const say = (words, act) => {
    const piece = form.querySelector(`template[data-words="${words}"]`).content.cloneNode(true);
    const button = piece.querySelector("button");
    if (button) button.addEventListener("click", act);
    status.replaceChildren(piece);
  };
  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
  const fill = (kept) => {
    for (const field of fields) if (typeof kept[field.name] === "string") field.value = kept[field.name];
    if (fields.some((field) => details.contains(field) && field.value)) details.open = true;
  };

  const first = values();
  let id = `${Date.now()}`;
  const keep = () => {
    saveDrafts([...draftsBut(id), { id, address: here(), at: Date.now(), values: values() }]);
  };
  const restore = (draft) => {
    id = draft.id;
    fill(draft.values);
    keep();
    say("restored", () => {
      fill(first);
      saveDrafts(draftsBut(id));
      status.replaceChildren();
      fields[0].focus();
    });
  };
  const kept = drafts();
  saveDrafts(kept); // without those that are too old
  const newest = kept.at(-1);
  const ofThisPage = kept.findLast(({ address }) => address === here());
  /* Who comes back to a form that was handed back has a draft of it already, or has sent it since. */
  const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (form.dataset.handedBack === "yes" && !cameBack) {
    if (sent) id = sent;
    keep();
  } else if (ofThisPage) {
    restore(ofThisPage);
  } else if (newest) {
    say("kept", () => {
      restore(newest);
      fields[0].focus();
    });
  }
  form.addEventListener("input", keep);

  /* What can't be attached is said when it is chosen: after sending, the browser would have let go of all files. */
  const chooser = form.querySelector("input[type=file]");
  const hint = `${chooser.id}-hint`;
  const faultsOf = (files) => {
    const { largest, largestTogether, mostFiles } = form.dataset;
    const words = (name, file) => {
      const text = form.querySelector(`template[data-words="${name}"]`).content.textContent.trim();
      return text.replace("__name__", () => (file ? file.name : ""));
    };
    const faults = files.flatMap((file) => {
      if (file.type && !chooser.accept.split(",").includes(file.type)) return [words("file-wrong", file)];
      return file.size > Number(largest) ? [words("file-too-large", file)] : [];
    });
    if (files.length > Number(mostFiles)) faults.push(words("files-too-many"));
    if (files.reduce((sum, { size }) => sum + size, 0) > Number(largestTogether)) faults.push(words("files-too-large"));
    return faults;
  };
  const checkFiles = () => {
    const faults = faultsOf([...chooser.files]);
    chooser.parentElement.querySelector(".field-fault")?.remove();
    chooser.parentElement.classList.toggle("field-wrong", faults.length > 0);
    chooser.removeAttribute("aria-invalid");
    chooser.setAttribute("aria-describedby", hint);
    if (!faults.length) return true;
    chooser.setAttribute("aria-invalid", "true");
    const said = document.createElement("p");
    said.className = "field-fault";
    said.id = `${chooser.id}-fault`;
    said.setAttribute("role", "alert");
    chooser.before(said);
    chooser.setAttribute("aria-describedby", `${hint} ${said.id}`);
    said.textContent = `${faults.join(". ")}.`;
    return false;
  };
  chooser.addEventListener("change", checkFiles);

  form.addEventListener("submit", (event) => {
    if (!checkFiles()) {
      event.preventDefault();
      chooser.focus();
    } else if (!navigator.onLine) {
      event.preventDefault();
      keep();
      say("offline");
      status.scrollIntoView({ block: "center" });
    } else {
      store(session, SENDING, id);
    }
  });

  /* Articles that may answer: asked for when the typing pauses; an answer that comes too late is dropped. */
  const happened = form.elements.happened;
  const suggestions = form.querySelector(".article-suggestions");
  let timer = 0;
  let asked = "";
  let running = new AbortController();
  const suggest = async () => {
    const words = happened.value.trim().slice(-form.dataset.queryLength);
    if (words === asked) return;
    asked = words;
    running.abort();
    running = new AbortController();
    if (words.length < FEWEST_LETTERS) {
      suggestions.replaceChildren();
      return;
    }
    try {
      const address = `${form.dataset.articles}?q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: running.signal, credentials: "omit" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.body.innerHTML.trim();
      if (suggestions.innerHTML.trim() !== next) suggestions.replaceChildren(...page.body.childNodes);
    } catch {
      /* no connection, or no longer wanted: nothing is offered */
    }
  };
  happened.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, PAUSE_MS);
  });
})();

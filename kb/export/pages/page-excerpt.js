/* The best answer's own section, to be read among the results: the twin of webapp/excerpt.py. It is taken from the
   article's page in the export, which has it as it is to look, so that the search need not hold it as well. */
(() => {
  "use strict";

  const page = window.helpCenterPage;
  const { shownCharacters, mostCharacters } = document.currentScript.dataset;
  const PATIENCE = 1000; // milliseconds; after that results are shown with a snippet
  const NO_HEADING = 9;
  const ADDED = ".heading-link, .copy-code, .visually-hidden"; // by pages, to what an article says

  /* The HTML of a page, which tells it itself: from file:// none may be fetched, and none read in a frame. */
  const told = (address) => {
    const frame = document.createElement("iframe");
    Object.assign(frame, { name: page.TELLS_ITS_HTML, hidden: true, src: address });
    const listening = new AbortController();
    return new Promise((resolve, reject) => {
      const hear = ({ source, data }) => { if (source === frame.contentWindow) resolve(data); };
      addEventListener("message", hear, listening);
      setTimeout(reject, PATIENCE);
      document.body.append(frame);
    }).finally(() => {
      listening.abort();
      frame.remove();
    });
  };

  const fetched = async (address) => {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.text();
  };

  /* A page to take parts out of, which lead where they led there. */
  const read = async (address) => {
    const html = await (location.protocol === "file:" ? told(address) : fetched(address));
    const article = new DOMParser().parseFromString(html, "text/html");
    for (const name of ["href", "src"]) {
      for (const one of article.querySelectorAll(`[${name}]`)) one.setAttribute(name, new URL(one.getAttribute(name), address));
    }
    return article;
  };

  const headingOf = (block) => (block.matches(".heading") ? block.firstElementChild : block);
  const levelOf = (block) => Number(/^H([2-4])$/.exec(headingOf(block).tagName)?.[1] || NO_HEADING);

  const charactersOf = (block) => {
    const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let count = 0;
    while (texts.nextNode()) if (!texts.currentNode.parentElement.closest(ADDED)) count += [...texts.currentNode.data.trim()].length;
    return count;
  };

  const before = (blocks, isEnd) => {
    const end = blocks.findIndex(isEnd);
    return end < 0 ? blocks : blocks.slice(0, end);
  };

  /* The blocks of the section of that anchor without its heading; for "" the article from its top, of a long one its
     introduction. */
  const sectionOf = (blocks, anchor) => {
    if (!anchor) {
      const isLong = blocks.reduce((sum, block) => sum + charactersOf(block), 0) > mostCharacters;
      return isLong ? before(blocks, (block) => levelOf(block) < NO_HEADING) : blocks;
    }
    const place = blocks.findIndex((block) => levelOf(block) < NO_HEADING && headingOf(block).id === anchor);
    return place < 0 ? [] : before(blocks.slice(place + 1), (block) => levelOf(block) <= levelOf(blocks[place]));
  };

  /* How many blocks stand open: a heading belongs to what it stands above. */
  const openOf = (blocks) => {
    let [count, characters] = [0, 0];
    while (count < blocks.length && (characters < shownCharacters || levelOf(blocks[count - 1]) < NO_HEADING)) {
      characters += charactersOf(blocks[count++]);
    }
    return count;
  };

  /* Puts a heading below that of the result. */
  const lower = (heading) => {
    const lowered = document.createElement(`h${levelOf(heading) + 1}`);
    for (const { name, value } of heading.attributes) lowered.setAttribute(name, value);
    lowered.append(...heading.childNodes);
    heading.replaceWith(lowered);
  };

  /* Of a result's article {shown, folded, related}: the blocks of the section that answers, and links to others. Null
     when the section can't be taken out whole; rejects when the page can't be read. */
  page.excerpt = async ({ url, anchor }) => {
    const article = await read(page.pageOf(url.split("#")[0]));
    const blocks = sectionOf([...article.querySelector(".article > .prose").children], anchor);
    if (!blocks.length) return null;
    const open = openOf(blocks);
    for (const block of blocks) block.querySelectorAll(".copy-code").forEach((button) => button.remove());
    const [shown, folded] = [blocks.slice(0, open), blocks.slice(open)].map((some) => {
      const part = document.createElement("div");
      part.append(...some);
      part.querySelectorAll("h2, h3, h4").forEach(lower);
      return [...part.childNodes];
    });
    return { shown, folded, related: [...article.querySelectorAll(".after-article .article-list > li")] };
  };
})();

// SPDX-License-Identifier: GPL-3.0-or-later
//
// The letter as it leaves: what the reader must see is inline, what only the
// editing engine needs is gone. The same cleaning serves what is pasted.
'use strict';

(() => {
  // Mail readers pick their own font otherwise, often a serif one for Chinese.
  const FONT = "Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

  // The only properties that stay, and the values that say nothing.
  const PLAIN_VALUES = {
    'color': ['rgb(0, 0, 0)', 'rgb(27, 27, 27)', 'black', 'initial', 'inherit', 'windowtext', 'canvastext'],
    'background-color': ['transparent', 'rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)', 'white', 'initial', 'inherit'],
    'font-family': ['inherit', 'initial'],
    'font-size': ['medium', 'inherit', 'initial', '1em', '100%'],
    'font-weight': ['normal', '400', 'inherit', 'initial'],
    'font-style': ['normal', 'inherit', 'initial'],
    'text-decoration-line': ['none', 'inherit', 'initial'],
    'text-align': ['start', 'left', '-webkit-auto', 'inherit', 'initial'],
    'vertical-align': ['baseline', 'inherit', 'initial'],
    'direction': ['ltr', 'inherit', 'initial'],
    'margin-left': ['0px', 'auto', 'initial'],
    'list-style-type': ['disc', 'decimal', 'initial'],
    'width': ['auto', 'initial'],
    'height': ['auto', 'initial'],
  };
  const BOX_PROPERTIES = ['border', 'border-collapse', 'border-top', 'border-right', 'border-bottom',
                          'border-left', 'padding', 'margin', 'white-space'];
  const MAKES_BOX = 'table, td, th, hr, blockquote, pre';
  // The style comes back as far as it says something.
  const ATTRIBUTES = ['align', 'alt', 'bgcolor', 'border', 'cellpadding', 'cellspacing', 'color', 'colspan', 'dir',
                      'face', 'height', 'href', 'lang', 'rowspan', 'size', 'src', 'start', 'title', 'type', 'valign',
                      'width'];
  const QUOTE_STYLE = 'margin: 0 0 0 8px; padding-left: 12px; border-left: 2px solid #c0bfbc; color: #5e5c64;';
  const PRE_STYLE = 'font-family: monospace; white-space: pre-wrap; background-color: #f2f2f2; padding: 8px 10px;';
  const CODE_STYLE = 'font-family: monospace; background-color: #f2f2f2;';
  const SEEN = 'img, hr, table';
  const SLICE = 8;   // ms of work between two keys

  // Ends what a mark made bold or code while it is typed; nobody else needs it.
  envoi.MARK_END = '\u200b';

  // What a paragraph is made of, for its direction.
  const PARAGRAPHS = 'p, div, li, td, th, h1, h2, h3, h4, h5, h6, pre, blockquote';
  const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

  const plainFont = () => {
    const probe = document.createElement('span');
    probe.style.fontFamily = FONT;
    return probe.style.fontFamily;
  };

  const keepStyles = element => {
    const kept = [];
    const style = element.style;

    for (const [name, plain] of Object.entries(PLAIN_VALUES)) {
      const value = style.getPropertyValue(name).trim();
      if (!value || value.includes('var(') || plain.includes(value.toLowerCase()))
        continue;
      if (name === 'font-family' && value === plainFont())
        continue;
      kept.push(`${name.replace('-line', '')}: ${value.replace('-webkit-xxx-large', '48px')}`);
    }
    if (element.matches(MAKES_BOX)) {
      for (const name of BOX_PROPERTIES) {
        const value = style.getPropertyValue(name).trim();
        const isSaid = name.startsWith('border-') && name !== 'border-collapse' && style.border;
        if (value && value !== 'initial' && !isSaid)
          kept.push(`${name}: ${value}`);
      }
    }
    return kept.join('; ');
  };

  const isIndent = element => element.tagName === 'BLOCKQUOTE' &&
    element.getAttribute('type') !== 'cite' &&
    (element.classList.contains('webkit-indent-blockquote') || element.style.borderStyle === 'none');

  const rename = (element, tag) => {
    const other = element.ownerDocument.createElement(tag);
    while (element.firstChild)
      other.append(element.firstChild);
    element.replaceWith(other);
    return other;
  };

  const tidyElement = element => {
    if (isIndent(element)) {
      rename(element, 'div').setAttribute('style', 'margin-left: 40px');
      return;
    }
    const styles = keepStyles(element);
    const isSignature = element.matches('div.envoi-signature');
    for (const name of element.getAttributeNames()) {
      if (!ATTRIBUTES.includes(name))
        element.removeAttribute(name);
    }
    // By this mark an edited letter still knows its signature.
    if (isSignature)
      element.className = 'envoi-signature';
    if (styles)
      element.setAttribute('style', styles);
    if (element.tagName === 'SPAN' && element.attributes.length === 0)
      element.replaceWith(...element.childNodes);
  };

  // The engine ends some lines with a break that shows nothing.
  const dropIdleBreaks = root => {
    for (const line of [root, ...root.querySelectorAll('div, p, li, td, th, h1, h2, h3, blockquote')]) {
      const last = line.lastChild;
      if (last?.nodeName === 'BR' && last.previousSibling && last.previousSibling.nodeName !== 'BR')
        last.remove();
    }
  };

  // Takes away what says nothing; never a word of text.
  envoi.tidy = root => {
    for (const element of [...root.querySelectorAll('*')].reverse())
      tidyElement(element);
    dropIdleBreaks(root);
    root.normalize();
  };

  const dropMarkEnds = root => {
    for (const marked of root.querySelectorAll('b, i, s, code')) {
      const next = marked.nextSibling;
      if (next?.nodeType === Node.TEXT_NODE && next.data.startsWith(envoi.MARK_END))
        next.data = next.data.slice(envoi.MARK_END.length);
    }
  };

  // The surface finds the direction of each paragraph by itself, a mail reader
  // may not: what reads from the right says so.
  const directParagraphs = root => {
    if (!/[\u0590-\u08ff]/.test(root.textContent))
      return;
    for (const block of root.querySelectorAll(PARAGRAPHS)) {
      if (!block.closest('[dir]') && !block.querySelector(PARAGRAPHS) && RIGHT_TO_LEFT.test(block.textContent))
        block.setAttribute('dir', 'rtl');
    }
  };

  const dress = root => {
    for (const quote of root.querySelectorAll('blockquote[type="cite"]'))
      quote.setAttribute('style', QUOTE_STYLE);
    for (const block of root.querySelectorAll('pre'))
      block.setAttribute('style', PRE_STYLE);
    for (const code of root.querySelectorAll('code'))
      code.setAttribute('style', CODE_STYLE);
    dropMarkEnds(root);
    directParagraphs(root);
  };

  // Whether nobody would see anything of it.
  const isBlank = node => {
    if (node.nodeType === Node.ELEMENT_NODE && (node.matches(SEEN) || node.querySelector(SEEN)))
      return false;
    return node.textContent.replace(/[\s\u200b\ufeff]/g, '') === '';
  };

  envoi.isEmpty = () => [...document.body.childNodes].every(isBlank);

  // A long letter is not cleaned as a whole at every pause: each block that lies
  // directly on the paper is kept as it was written until something in it changes.
  const written = new WeakMap();

  const forget = records => {
    for (const { target } of records) {
      for (let node = target; node && node !== document.body; node = node.parentNode)
        written.delete(node);
    }
  };

  const observer = new MutationObserver(forget);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });

  // A document without a window loads no pictures while it is worked on.
  const workshop = document.implementation.createHTMLDocument('');

  const write = node => {
    const holder = workshop.createElement('div');
    holder.append(workshop.importNode(node, true));
    envoi.tidy(holder);
    dress(holder);
    return holder.innerHTML;
  };

  const writeOnce = node => {
    if (!written.has(node))
      written.set(node, write(node));
    return written.get(node);
  };

  // Writes the blocks that are not kept yet, a little at a time, so that keys of
  // a long letter come between; then calls done.
  envoi.writeAhead = done => {
    const end = performance.now() + SLICE;

    forget(observer.takeRecords());
    for (const node of document.body.childNodes) {
      if (written.has(node))
        continue;
      writeOnce(node);
      if (performance.now() > end) {
        setTimeout(envoi.writeAhead, 0, done);
        return;
      }
    }
    done();
  };

  envoi.getHtml = () => {
    if (envoi.isEmpty())
      return '';

    forget(observer.takeRecords());
    return `<div style="font-family: ${FONT}">${[...document.body.childNodes].map(writeOnce).join('')}</div>`;
  };

  const isFontOnly = element => element?.tagName === 'DIV' && element.attributes.length === 1 &&
    element.style.length === 1 && element.style.fontFamily !== '';

  // A letter that comes back to be edited: its outer dress is taken off again.
  envoi.prepare = root => {
    if (root.childElementCount === 1 && isFontOnly(root.firstElementChild))
      root.firstElementChild.replaceWith(...root.firstElementChild.childNodes);
    for (const block of root.querySelectorAll('div')) {
      if (block.attributes.length === 1 && block.style.length === 1 && block.style.marginLeft === '40px') {
        const indent = rename(block, 'blockquote');
        indent.className = 'webkit-indent-blockquote';
        indent.setAttribute('style', 'margin: 0 0 0 40px; border: none; padding: 0px;');
      }
    }
    for (const quote of root.querySelectorAll('blockquote')) {
      if (!isIndent(quote))
        quote.setAttribute('type', 'cite');
      if (quote.getAttribute('type') === 'cite')
        quote.removeAttribute('style');
    }
    for (const block of root.querySelectorAll('pre, code'))
      block.removeAttribute('style');
  };
})();

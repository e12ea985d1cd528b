// SPDX-License-Identifier: GPL-3.0-or-later
//
// The heart of the writing surface: it makes the body editable, runs the
// formatting commands, tells the window what the caret stands in and hands over
// the letter shortly after each change. It runs in a script world of its own;
// scripts of the letter itself never run.
'use strict';

globalThis.envoi = {};

(() => {
  // The window is behind by this much at most.
  const CHANGE_DELAY = 200;
  const TURNABLE = 'div, p, li, td, th, h1, h2, h3, h4, h5, h6, pre';
  // Kept as elements, which every mail reader knows.
  const AS_ELEMENTS = ['bold', 'italic', 'underline', 'strikeThrough', 'superscript', 'subscript'];

  // Keys are handled here and not by the window, whose calls could overtake
  // characters that are still on their way. "shift+" where Shift is held.
  const KEYS = {
    'b': ['bold'],
    'i': ['italic'],
    'u': ['underline'],
    'z': ['undo'],
    'y': ['redo'],
    'shift+z': ['redo'],
    '[': ['outdent'],
    ']': ['indent'],
    '\\': ['removeFormat'],
    'shift+7': ['insertOrderedList'],
    'shift+8': ['insertUnorderedList'],
    'shift+9': ['quote'],
    'l': ['justifyLeft'],
    'e': ['justifyCenter'],
    'r': ['justifyRight'],
    'j': ['justifyFull'],
    'shift+>': ['grow', 1],
    'shift+<': ['grow', -1],
  };
  const ACTION_KEYS = {
    'enter': 'composer.send',
    's': 'composer.save',
    'k': 'composer.link',
    'f': 'body.find',
    'g': 'body.find-next',
    'shift+g': 'body.find-previous',
    '=': 'body.zoom-in',
    '+': 'body.zoom-in',
    'shift++': 'body.zoom-in',
    '-': 'body.zoom-out',
    '0': 'body.zoom-normal',
  };
  const DIRECTIONS = { ltr: 'justifyLeft', rtl: 'justifyRight' };

  let changeTimer = 0;
  let stateWaits = false;
  let lastState = '';
  let isComposing = false;
  let dragsOwnContent = false;
  let isCommanding = false;   // the engine does what it was told to, not a key

  envoi.post = message => window.webkit.messageHandlers.envoi.postMessage(message);

  envoi.isComposing = () => isComposing;

  // What follows a key waits until the engine has put the key itself on its list of
  // steps: undo would take them back in the wrong order. The next keys may come
  // before it, so it is told where the caret was, and how much is behind it now.
  const waiting = [];
  const channel = new MessageChannel();

  const follow = ({ node, offset, task }) => {
    const { isCollapsed, anchorNode, anchorOffset } = window.getSelection();
    const nBehind = anchorNode === node ? anchorOffset - offset : 0;
    if (isCollapsed && node?.isConnected && nBehind >= 0)
      task({ node, offset, nBehind });
  };
  channel.port1.onmessage = () => follow(waiting.shift());

  envoi.afterKey = task => {
    const { anchorNode: node, anchorOffset: offset } = window.getSelection();
    if (isCommanding) {
      follow({ node, offset, task });
      return;
    }
    waiting.push({ node, offset, task });
    channel.port2.postMessage(null);
  };

  envoi.caretElement = () => {
    const selection = window.getSelection();
    const node = selection.rangeCount ? selection.getRangeAt(0).startContainer : document.body;
    return node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  };

  envoi.closest = selector => {
    const found = envoi.caretElement()?.closest(selector);
    return found && document.body.contains(found) && found !== document.body ? found : null;
  };

  envoi.select = (node, contentsOnly = false) => {
    const range = document.createRange();
    if (contentsOnly)
      range.selectNodeContents(node);
    else
      range.selectNode(node);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
  };

  // In a table or a list nothing can be typed but in a cell or an item.
  const findPlace = (node, atEnd) => {
    if (!node.matches?.('table, ul, ol'))
      return node;
    const places = node.querySelectorAll('td, th, li');
    return places[atEnd ? places.length - 1 : 0] ?? node;
  };

  envoi.placeCaret = (node, atEnd = false) => {
    envoi.select(findPlace(node, atEnd), true);
    window.getSelection().getRangeAt(0).collapse(!atEnd);
  };

  const sendChange = () => envoi.writeAhead(() => {
    // Nothing waits any more when the letter was set or finished meanwhile.
    if (!changeTimer)
      return;
    changeTimer = 0;
    envoi.post({ type: 'changed', html: envoi.getHtml() });
  });

  const didChange = event => {
    if (event.inputType?.startsWith('history'))
      didUndo();
    if (!changeTimer)
      changeTimer = setTimeout(sendChange, CHANGE_DELAY);
    envoi.post({ type: 'typed' });
    wantState();
  };

  const isRightToLeft = () =>
    getComputedStyle(envoi.closest('[dir]') ?? document.body).direction === 'rtl';

  const collectState = () => {
    const is = name => document.queryCommandState(name);
    const quote = envoi.closest('blockquote[type="cite"]');
    const link = envoi.closest('a[href]');
    const align = ['justifyCenter', 'justifyRight', 'justifyFull'].find(is);

    return {
      bold: is('bold'),
      italic: is('italic'),
      underline: is('underline'),
      strike: is('strikeThrough'),
      'bullet-list': is('insertUnorderedList'),
      'number-list': is('insertOrderedList'),
      quote: quote !== null,
      picture: envoi.hasPicture(),
      direction: isRightToLeft(),
      link: link !== null,
      table: envoi.closest('table') !== null,
      style: document.queryCommandValue('formatBlock').toLowerCase().replace(/^(p|)$/, 'div'),
      align: align ? align.slice('justify'.length).toLowerCase() : 'left',
      font: document.queryCommandValue('fontName'),
      size: document.queryCommandValue('fontSize'),
      'can-undo': document.queryCommandEnabled('undo'),
      'can-redo': document.queryCommandEnabled('redo'),
    };
  };

  const sendState = () => {
    stateWaits = false;
    const state = collectState();
    const text = JSON.stringify(state);
    if (text !== lastState) {
      lastState = text;
      envoi.post({ type: 'state', ...state });
    }
  };

  // Many selection changes come together; one answer serves them all. A timer,
  // not an animation frame: frames stop while the window is hidden.
  const wantState = () => {
    if (!stateWaits) {
      stateWaits = true;
      setTimeout(sendState, 0);
    }
  };
  envoi.wantState = wantState;

  // A quotation is an indented block with a mark, so that the engine's own
  // "outdent" and undo know how to take it back.
  const toggleQuote = () => {
    if (envoi.closest('blockquote[type="cite"]')) {
      document.execCommand('outdent');
      return;
    }
    document.execCommand('indent');
    const quote = envoi.closest('blockquote');
    if (quote) {
      quote.setAttribute('type', 'cite');
      quote.removeAttribute('class');
      quote.removeAttribute('style');
    }
  };

  const toggleStyle = tag => {
    const current = document.queryCommandValue('formatBlock').toLowerCase();
    document.execCommand('formatBlock', false, current === tag ? 'div' : tag);
  };

  const lastText = range => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let last = null;
    while (texts.nextNode() && (range.intersectsNode(texts.currentNode) || !last))
      last = range.intersectsNode(texts.currentNode) ? texts.currentNode : last;
    return last;
  };

  // Undo selects what a table, a picture or a mark replaced; the next key must
  // not overwrite it.
  const undo = () => {
    const selection = window.getSelection();
    const wasCaret = selection.isCollapsed;
    document.execCommand('undo');
    if (!wasCaret || selection.isCollapsed)
      return;
    const range = selection.getRangeAt(0);
    const after = envoi.caretAfterLink(selection.toString());
    if (after) {
      selection.removeAllRanges();
      selection.addRange(after);
      return;
    }
    if (envoi.isMark(selection.toString())) {
      envoi.placeCaret(lastText(range) ?? document.body, true);
      return;
    }
    const found = [...document.body.querySelectorAll('td, th, img')].find(node => range.intersectsNode(node));
    if (found?.matches('td, th'))
      envoi.placeCaret(found);
    else if (found)
      selection.collapseToEnd();
  };

  const grow = step => {
    const size = Number(document.queryCommandValue('fontSize')) || 3;
    document.execCommand('styleWithCSS', false, true);
    document.execCommand('fontSize', false, Math.min(7, Math.max(1, size + Number(step))));
  };

  // The engine has no command for the direction of a paragraph, but one for its
  // side. Its undo takes the side back, and the direction goes with it.
  const turned = [];

  const didUndo = () => {
    for (const { block, before, after } of turned) {
      const side = block.style.textAlign;
      const { dir } = side === after.side ? after : side === before.side ? before : { dir: block.dir };
      if (dir)
        block.dir = dir;
      else
        block.removeAttribute('dir');
    }
  };

  const listBlocks = () => {
    const range = window.getSelection().getRangeAt(0);
    const found = [...document.body.querySelectorAll('[style*="text-align"]')]
      .filter(block => range.intersectsNode(block) && !block.querySelector('[style*="text-align"]'));
    return found;
  };

  const setDirection = dir => {
    const sides = new Map([...document.body.querySelectorAll(TURNABLE)]
      .map(block => [block, block.style.textAlign]));
    document.execCommand('styleWithCSS', false, true);
    document.execCommand(DIRECTIONS[dir]);
    for (const block of listBlocks()) {
      turned.push({
        block,
        before: { side: sides.get(block) ?? '', dir: block.getAttribute('dir') },
        after: { side: block.style.textAlign, dir },
      });
      block.dir = dir;
    }
  };

  const toggleDirection = () => setDirection(isRightToLeft() ? 'ltr' : 'rtl');

  const OWN_COMMANDS = {
    quote: toggleQuote,
    style: toggleStyle,
    direction: toggleDirection,
    grow,
    undo,
  };

  envoi.command = (name, value) => {
    document.body.focus();
    if (OWN_COMMANDS[name]) {
      OWN_COMMANDS[name](value);
    } else {
      document.execCommand('styleWithCSS', false, !AS_ELEMENTS.includes(name));
      isCommanding = true;
      document.execCommand(name, false, value);
      isCommanding = false;
    }
    wantState();
  };

  // A search begins where the caret was, whatever was found meanwhile.
  let findStart = null;
  envoi.beginFind = () => {
    const selection = window.getSelection();
    findStart = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    document.documentElement.classList.add('is-finding');
    return selection.toString();
  };

  envoi.endFind = () => document.documentElement.classList.remove('is-finding');

  envoi.restartFind = () => {
    const selection = window.getSelection();
    if (findStart) {
      selection.removeAllRanges();
      selection.addRange(findStart);
      selection.collapseToStart();
    }
  };

  // How often @text stands before the end of the selection, in either case.
  envoi.countBefore = text => {
    const selection = window.getSelection();
    if (!text || !selection.rangeCount)
      return 0;
    const range = document.createRange();
    range.setStart(document.body, 0);
    const { endContainer, endOffset } = selection.getRangeAt(0);
    range.setEnd(endContainer, endOffset);
    return range.toString().toLocaleLowerCase().split(text.toLocaleLowerCase()).length - 1;
  };

  envoi.focus = () => document.body.focus();

  envoi.setHtml = html => {
    document.body.innerHTML = html || '<div><br></div>';
    envoi.prepare(document.body);
    envoi.placeCaret(document.body.firstElementChild ?? document.body);
    clearTimeout(changeTimer);
    changeTimer = 0;
    wantState();
    setTimeout(envoi.writeAhead, 0, () => {});
  };

  // Lines that were typed before the surface was there come first.
  envoi.placeCaretAfter = (lines, formats) => {
    const last = document.body.children[Math.min(lines, document.body.childElementCount) - 1];
    if (last)
      envoi.placeCaret(last, true);
    if (formats === undefined)
      return;
    const wanted = formats.split(' ');
    for (const name of ['bold', 'italic', 'underline']) {
      if (document.queryCommandState(name) !== wanted.includes(name))
        envoi.command(name);
    }
  };

  // Ends what an input method is composing: its text becomes part of the letter.
  envoi.commit = () => {
    if (!isComposing)
      return;
    const selection = window.getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    document.body.blur();
    document.body.focus();
    if (range) {
      selection.removeAllRanges();
      selection.addRange(range);
      selection.collapseToEnd();
    }
    isComposing = false;
  };

  envoi.finish = () => {
    envoi.commit();
    clearTimeout(changeTimer);
    changeTimer = 0;
    return envoi.getHtml();
  };

  const didPressTab = event => {
    event.preventDefault();
    if (envoi.moveInTable(event.shiftKey))
      return;
    if (envoi.closest('li'))
      document.execCommand(event.shiftKey ? 'outdent' : 'indent');
    else
      envoi.post({ type: 'leave', back: event.shiftKey });
  };

  // Digits by their place on the keyboard: with Shift they are other characters.
  const nameKey = event => {
    const digit = /^Digit(\d)$/.exec(event.code);
    return (event.shiftKey ? 'shift+' : '') + (digit ? digit[1] : event.key.toLowerCase());
  };

  const didPressControlKey = event => {
    const name = nameKey(event);
    if (Object.hasOwn(KEYS, name))
      envoi.command(...KEYS[name]);
    else if (Object.hasOwn(ACTION_KEYS, name))
      envoi.post({ type: 'action', name: ACTION_KEYS[name] });
    else
      return;
    event.preventDefault();
  };

  // With Shift the engine does not know it by its name.
  const isTab = event => event.key === 'Tab' || (event.key === 'Unidentified' && event.code === 'Tab');

  const didPressKey = event => {
    if (event.ctrlKey && !event.altKey && !isComposing)
      didPressControlKey(event);
    else if (isTab(event) && !event.ctrlKey && !event.altKey && !isComposing)
      didPressTab(event);
    else if (event.key === 'F3')
      envoi.post({ type: 'action', name: event.shiftKey ? 'body.find-previous' : 'body.find-next' });
  };

  // What comes from elsewhere goes by the window, which reads and cleans it.
  const didPaste = event => {
    event.preventDefault();
    envoi.post({ type: 'paste' });
  };

  const didDrop = event => {
    if (dragsOwnContent)
      return;
    event.preventDefault();
    const range = document.caretRangeFromPoint(event.clientX, event.clientY);
    if (range) {
      window.getSelection().removeAllRanges();
      window.getSelection().addRange(range);
    }
    const html = event.dataTransfer.getData('text/html');
    const text = event.dataTransfer.getData('text/plain');
    if (html || text)
      envoi.post({ type: 'drop', html, text });
  };

  // Comes before the menu of the window, which asks what it is about.
  const didAskForMenu = event => {
    if (event.target.nodeName === 'IMG')
      envoi.showHandles(event.target);
    else
      envoi.pickPicture();
    envoi.post({
      type: 'menu',
      link: (event.target.closest?.('a[href]') ?? envoi.closest('a[href]')) !== null,
      table: (event.target.closest?.('td, th') ?? envoi.closest('td, th')) !== null,
      picture: envoi.hasPicture(),
    });
  };

  document.body.contentEditable = 'true';
  document.body.setAttribute('role', 'textbox');
  document.body.setAttribute('aria-multiline', 'true');
  document.execCommand('defaultParagraphSeparator', false, 'div');

  document.addEventListener('input', didChange);
  document.addEventListener('selectionchange', wantState);
  document.addEventListener('compositionstart', () => { isComposing = true; });
  document.addEventListener('compositionend', () => { isComposing = false; });
  document.addEventListener('keydown', didPressKey);
  document.addEventListener('paste', didPaste);
  document.addEventListener('contextmenu', didAskForMenu);
  document.addEventListener('dragstart', () => { dragsOwnContent = true; });
  document.addEventListener('dragend', () => { dragsOwnContent = false; });
  document.addEventListener('drop', didDrop);
  document.addEventListener('click', event => {
    if (event.target.closest?.('a[href]'))
      event.preventDefault();
  });
})();

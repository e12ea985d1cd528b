// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures in the letter: put in, sized by handles or by name. The handles lie
// beside the body and not in it, so they are never part of a letter.
'use strict';

(() => {
  const MAX_WIDTH = 600;
  const MIN_WIDTH = 16;   // that a hand can still take hold of
  const SIZES = { small: 0.25, medium: 0.5, large: 1 };
  const CORNERS = ['nw', 'ne', 'sw', 'se'];

  let picture = null;
  let frame = null;
  let drag = null;

  const listPictures = root => [...root.querySelectorAll('img')];

  const find = id => listPictures(document.body).find(image => image.getAttribute('src') === `cid:${id}`);

  const getId = image => (image?.getAttribute('src') ?? '').replace(/^cid:/, '');

  const getShape = image => image.naturalHeight / image.naturalWidth;

  const setSize = (image, width, shape) => {
    const rounded = Math.max(1, Math.round(width));
    image.setAttribute('width', rounded);
    image.setAttribute('height', Math.max(1, Math.round(rounded * shape)));
    image.style.removeProperty('width');
    image.style.removeProperty('height');
    if (!image.getAttribute('style'))
      image.removeAttribute('style');
  };

  const fit = image => {
    if (image.naturalWidth && !image.hasAttribute('width'))
      setSize(image, Math.min(image.naturalWidth, MAX_WIDTH), getShape(image));
  };

  const fitWhenLoaded = image => {
    if (image.complete && image.naturalWidth)
      fit(image);
    else
      image.addEventListener('load', () => fit(image), { once: true });
  };

  envoi.insertPicture = (id, name) => {
    envoi.insert(`<img src="cid:${envoi.escape(id)}" alt="${envoi.escape(name)}">`);
    document.body.querySelectorAll('img:not([width])').forEach(fitWhenLoaded);
  };

  // A picture whose bytes are here now: one that was pasted before them is loaded
  // again, a new one is put at the caret.
  envoi.showPicture = (id, name) => {
    const known = find(id);
    if (!known) {
      envoi.insertPicture(id, name);
      return;
    }
    known.addEventListener('load', () => fit(known), { once: true });
    known.setAttribute('src', `cid:${id}`);
  };

  // With the link and the formatting that it stands in.
  const findWhole = image => {
    let whole = image;
    while (document.body !== whole.parentElement && getComputedStyle(whole.parentElement).display === 'inline')
      whole = whole.parentElement;
    return whole;
  };

  // A picture is exchanged for a changed one: one step for undo.
  const replace = (image, change) => {
    const whole = findWhole(image);
    const copy = whole.cloneNode(true);
    const place = listPictures(document.body).indexOf(image);
    change(whole === image ? copy : listPictures(copy)[listPictures(whole).indexOf(image)]);
    envoi.exchange(whole, copy.outerHTML);
    envoi.showHandles(listPictures(document.body)[place]);
  };

  // @width: in pixels of the letter.
  const resize = (image, width) => {
    if (image.naturalWidth)
      replace(image, copy => setSize(copy, width, getShape(image)));
  };

  // The picture that is selected; @size: a name of SIZES or "original".
  envoi.sizePicture = size => {
    if (picture)
      resize(picture, SIZES[size] ? MAX_WIDTH * SIZES[size] : picture.naturalWidth);
  };

  envoi.getPicture = () => ({ id: getId(picture), alt: picture?.getAttribute('alt') ?? '' });

  envoi.describePicture = (id, alt) => {
    const image = getId(picture) === id ? picture : find(id);
    if (image)
      replace(image, copy => copy.setAttribute('alt', alt));
  };

  const place = (width, height) => {
    const box = picture.getBoundingClientRect();
    Object.assign(frame.style, {
      left: `${box.left + window.scrollX}px`,
      top: `${box.top + window.scrollY}px`,
      width: `${width ?? box.width}px`,
      height: `${height ?? box.height}px`,
    });
    frame.dataset.size = `${Math.round(width ?? box.width)} × ${Math.round(height ?? box.height)}`;
  };

  const hide = () => {
    frame?.remove();
    frame = null;
    drag = null;
    if (picture) {
      picture = null;
      envoi.wantState();
    }
  };

  const makeFrame = () => {
    const made = document.createElement('envoi-frame');
    made.setAttribute('aria-hidden', 'true');
    for (const corner of CORNERS) {
      const handle = document.createElement('envoi-handle');
      handle.dataset.corner = corner;
      made.append(handle);
    }
    return made;
  };

  envoi.showHandles = image => {
    hide();
    if (!image)
      return;
    picture = image;
    frame = makeFrame();
    document.documentElement.append(frame);
    place();
    envoi.select(image);
    envoi.wantState();
  };

  // One that was selected by keys alone.
  envoi.pickPicture = () => {
    const selection = window.getSelection();
    if (selection.isCollapsed || selection.toString().trim() !== '')
      return;
    const found = listPictures(document.body).filter(image => selection.getRangeAt(0).intersectsNode(image));
    if (found.length === 1)
      envoi.showHandles(found[0]);
  };

  envoi.hasPicture = () => picture !== null && picture.isConnected;

  const didPress = event => {
    const corner = event.target.dataset?.corner;
    if (corner && picture) {
      event.preventDefault();
      const box = picture.getBoundingClientRect();
      drag = { x: event.clientX, width: box.width, sign: corner.endsWith('e') ? 1 : -1 };
      event.target.setPointerCapture?.(event.pointerId);
    } else if (event.target.nodeName === 'IMG' && document.body.contains(event.target)) {
      envoi.showHandles(event.target);
    } else {
      hide();
    }
  };

  const widthAt = event => {
    const limit = document.body.clientWidth;
    return Math.min(limit, Math.max(MIN_WIDTH, drag.width + drag.sign * (event.clientX - drag.x)));
  };

  const didMove = event => {
    if (!drag || !picture)
      return;
    const width = widthAt(event);
    place(width, width * getShape(picture));
  };

  const didRelease = event => {
    if (!drag || !picture)
      return;
    const width = widthAt(event);
    drag = null;
    if (Math.abs(width - picture.getBoundingClientRect().width) >= 1)
      resize(picture, width);
  };

  document.addEventListener('pointerdown', didPress);
  document.addEventListener('pointermove', didMove);
  document.addEventListener('pointerup', didRelease);
  document.addEventListener('pointercancel', hide);
  document.addEventListener('input', () => {
    if (picture && !picture.isConnected)
      hide();
    else if (picture)
      place();
  });
  document.addEventListener('keydown', event => {
    if (!['Control', 'Shift', 'Alt', 'Meta', 'ContextMenu'].includes(event.key) && !event.ctrlKey && !event.shiftKey)
      hide();
  });
  window.addEventListener('resize', () => picture && place());
})();

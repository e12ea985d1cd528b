// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the npm packages mailparser and postal-mime read in messages:
// judge-letters.js PACKAGE MESSAGE... writes one line of JSON for each, which
// judge-letters.py compares with what went in. The packages are looked for in
// the folder that NODE_PATH names.

'use strict';

const { createHash } = require('crypto');
const { readFileSync } = require('fs');

function digest(octets) {
  return createHash('sha256').update(octets).digest('hex');
}

function listAddresses(addresses) {
  const pairs = [];

  for (const address of addresses || []) {
    if (address.group)
      pairs.push(...listAddresses(address.group));
    else if (address.address)
      pairs.push([address.name || '', address.address]);
  }

  return pairs;
}

function makeFile(name, contentId, octets) {
  return {
    is_file: true,
    name,
    cid: contentId ? contentId.replace(/^<|>$/g, '') : undefined,
    sha256: digest(octets),
  };
}

// An empty text is none to these packages.
function makeTexts(text, html) {
  const leaves = [{ is_file: false, type: 'text/plain', text: text || '' }];

  if (typeof html === 'string')
    leaves.push({ is_file: false, type: 'text/html', text: html });

  return leaves;
}

async function readWithMailparser(octets) {
  const { simpleParser } = require('mailparser');
  const mail = await simpleParser(octets, {
    keepCidLinks: true, skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true,
  });
  const files = mail.attachments.map(
    file => makeFile(file.filename, file.cid, file.content));

  return {
    subject: mail.subject || '',
    from: listAddresses(mail.from && mail.from.value),
    to: listAddresses(mail.to && mail.to.value),
    cc: listAddresses(mail.cc && mail.cc.value),
    bcc: mail.bcc ? mail.bcc.text : null,
    leaves: [...makeTexts(mail.text, mail.html), ...files],
    problems: [],
  };
}

async function readWithPostalMime(octets) {
  const { default: PostalMime } = require('postal-mime');
  const mail = await PostalMime.parse(octets, { rfc822Attachments: true });
  const files = mail.attachments.map(
    file => makeFile(file.filename, file.contentId, Buffer.from(file.content)));

  return {
    subject: mail.subject || '',
    from: listAddresses(mail.from && [mail.from]),
    to: listAddresses(mail.to),
    cc: listAddresses(mail.cc),
    bcc: mail.bcc ? 'present' : null,
    leaves: [...makeTexts(mail.text, mail.html), ...files],
    problems: [],
  };
}

const readers = { 'mailparser': readWithMailparser, 'postal-mime': readWithPostalMime };

async function main([name, ...paths]) {
  for (const path of paths)
    console.log(JSON.stringify(await readers[name](readFileSync(path))));
}

main(process.argv.slice(2));

// SPDX-License-Identifier: GPL-3.0-or-later
// A real authorization server: node server.js PORT. It knows the program "envoi" as a public native
// client, and "dovecot", which may ask whether a token is good. Its own pages ask who one is and
// whether one agrees; any name and password will do there.
//
// What a provider may do to a program is switched on by /control?NAME=VALUE:
//   answer=agree|decline|untick  the person, when nobody sits at the pages
//   state=wrong, iss=wrong       the way back to the program is tampered with
//   hold=1                       token requests wait until hold= is empty again
//   drop=1, status=503           the token endpoint dies or is in trouble
//   life=SECONDS                 what is said of an access token's life, true or not
//   ends=SECONDS                 refresh_token_expires_in, as Google says it
//   rotation=grace               a used refresh token stays good, as Microsoft's do

import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const scope = 'https://mail.test.example/send';
const extra = 'https://mail.test.example/extra';
const ways = {};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'envoi',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/oauth2/test', 'http://127.0.0.1/oauth2/google', 'http://localhost/'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
    },
    {
      client_id: 'dovecot',
      client_secret: 'only for this test',
      token_endpoint_auth_method: 'client_secret_post',
      introspection_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [],
      response_types: [],
      grant_types: [],
    },
  ],
  scopes: ['openid', 'offline_access', scope, extra, 'https://mail.google.com/', 'https://outlook.office.com/SMTP.Send'],
  features: {
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: async (context, client) => client.grantTypeAllowed('refresh_token'),
  ttl: {
    AccessToken: () => Number(ways.ttl || 600), Grant: 3600, Interaction: 600, RefreshToken: 3600, Session: 3600,
  },
});

const consume = provider.RefreshToken.prototype.consume;
provider.RefreshToken.prototype.consume = function useOnce(...rest) {
  return ways.rotation === 'grace' ? Promise.resolve() : consume.apply(this, rest);
};

// The person's answer without a person: one redirect instead of two pages.
async function answer(context) {
  const { params } = await provider.interactionDetails(context.req, context.res);
  const accountId = params.login_hint;
  let result = { error: 'access_denied' };

  if (ways.answer !== 'decline') {
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope(ways.answer === 'untick' ? extra : params.scope);
    if (ways.answer === 'untick')
      grant.rejectOIDCScope(scope);
    result = { login: { accountId }, consent: { grantId: await grant.save() } };
  }
  context.redirect(await provider.interactionResult(context.req, context.res, result, { mergeWithLastSubmission: false }));
}

function tamper(context) {
  const location = context.response.get('Location');

  if (!location || !location.includes('/oauth2/test?'))
    return;

  const address = new URL(location);
  if (ways.state)
    address.searchParams.set('state', ways.state);
  if (ways.iss)
    address.searchParams.set('iss', `https://${ways.iss}.example`);
  context.set('Location', address.href);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

async function answerToken(context, next) {
  // All of it has come, so that a test may stop the program without holding back a part.
  while (context.req.readableLength < Number(context.req.headers['content-length']))
    await pause();
  console.log('token asked');
  while (ways.hold)
    await pause();
  if (ways.drop) {
    context.req.socket.destroy();
    return;
  }
  if (ways.status) {
    context.status = Number(ways.status);
    return;
  }

  await next();
  if (context.body && context.status === 200 && ways.life)
    context.body.expires_in = Number(ways.life);
  if (context.body && context.status === 200 && ways.ends)
    context.body.refresh_token_expires_in = Number(ways.ends);
  console.log(context.status === 200 ? 'token given' : `token refused: ${context.body && context.body.error}`);
}

// The test follows what happens by these lines.
provider.use(async (context, next) => {
  const isPage = context.method === 'GET' && context.path.startsWith('/interaction/');

  if (context.path === '/control') {
    Object.assign(ways, context.query);
    context.body = 'done';
    return;
  }
  if (context.method === 'POST' && context.path === '/token') {
    await answerToken(context, next);
    return;
  }
  if (isPage && ways.answer) {
    await answer(context);
    return;
  }

  const details = isPage ? await provider.interactionDetails(context.req, context.res).catch(() => null) : null;

  await next();
  if (details)
    console.log(`shows ${details.prompt.name}`);
  if (context.path === '/token/revocation' && context.status === 200)
    console.log('revoked');
  tamper(context);
});
provider.on('authorization.success', () => console.log('agreed'));

provider.listen(port, '127.0.0.1', () => console.log('ready'));

// SPDX-License-Identifier: GPL-3.0-or-later
// A real authorization server: node server.js PORT. It knows the program "envoi" as a public native
// client, and "dovecot", which may ask whether a token is good. Its own pages ask who one is and
// whether one agrees; any name and password will do there.

import { Provider } from 'oidc-provider';

const port = Number(process.argv[2]);
const scope = 'https://mail.test.example/send';

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'envoi',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/oauth2/test'],
      grant_types: ['authorization_code', 'refresh_token'],
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
  scopes: ['openid', 'offline_access', scope],
  features: {
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: async (context, client) => client.grantTypeAllowed('refresh_token'),
  ttl: { AccessToken: 600, Grant: 3600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
});

// The test follows what happens by these lines.
provider.use(async (context, next) => {
  const isPage = context.method === 'GET' && context.path.startsWith('/interaction/');
  const details = isPage ? await provider.interactionDetails(context.req, context.res).catch(() => null) : null;

  await next();
  if (details)
    console.log(`shows ${details.prompt.name}`);
});
provider.on('authorization.success', () => console.log('agreed'));

provider.listen(port, '127.0.0.1', () => console.log('ready'));

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A proxy for one client at a time: it takes names that it alone can resolve
 * and leads to one server on this computer, whatever it was asked for. */
typedef struct _ProxyServer ProxyServer;

typedef enum {
  PROXY_SOCKS5,   /* RFC 1928 and 1929 */
  PROXY_HTTP,     /* CONNECT, RFC 9110 section 9.3.6 */
  PROXY_HTTPS,    /* the same inside TLS with the proxy */
} ProxyKind;

typedef enum {
  PROXY_CONNECTS,
  PROXY_IN_ONE_PIECE,     /* its reply and the server's first words arrive together */
  PROXY_ASKS_PASSWORD,    /* PROXY_USER and PROXY_PASSWORD, then it connects */
  PROXY_FORBIDS,
  PROXY_FINDS_NOTHING,    /* the server cannot be reached from there */
  PROXY_BABBLES,
  PROXY_BABBLES_ON,       /* and never ends */
  PROXY_FALLS_SILENT,
  PROXY_HANGS_UP,
} ProxyConduct;

#define PROXY_USER "carol"
#define PROXY_PASSWORD "proxy sesame"

ProxyServer *proxy_server_new             (ProxyKind      kind,
                                           ProxyConduct   conduct,
                                           guint16        target_port);
/* For PROXY_HTTPS, before anybody comes. */
void         proxy_server_set_certificate (ProxyServer     *self,
                                           GTlsCertificate *certificate);
guint16      proxy_server_get_port        (ProxyServer   *self);
/* Until the proxy has read what it is asked for. */
void         proxy_server_wait_for_client (ProxyServer   *self);
/* Ends it. @asked_for: (nullable): "name:port" of the last client; @seen: all
 * that went through, both ways. */
void         proxy_server_finish          (ProxyServer   *self,
                                           char         **asked_for,
                                           GString      **seen);

G_END_DECLS

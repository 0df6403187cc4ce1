#!/usr/bin/env bash
# User data for a machine of EC2 with Debian 12: one silo and two web APIs behind NGINX with a certificate. Set the eight names; docs/ec2.md
# says where they come from. Passwords are not among them: the machine's role reads them from Secrets Manager.
set -euo pipefail

host=books.example.org
email=operator@example.org
release=https://github.com/OWNER/bookrec/releases/download/v0.1.0/bookrec-0.1.0-linux-x64.tar.gz
sha256=0000000000000000000000000000000000000000000000000000000000000000
region=us-east-1
bucket=bookrec-models
postgres=bookrec.abcdefghijkl.us-east-1.rds.amazonaws.com
redis=master.bookrec.abcdef.use1.cache.amazonaws.com

ports=(8101 8102)

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  curl --fail --silent --show-error --location --output /tmp/microsoft.deb https://packages.microsoft.com/config/debian/12/packages-microsoft-prod.deb
  dpkg --install /tmp/microsoft.deb
  apt-get update --quiet
  apt-get install --quiet --yes --no-install-recommends aspnetcore-runtime-10.0 nginx certbot gettext-base
}

install_programs() {
  curl --fail --silent --show-error --location --output /tmp/bookrec.tar.gz "$release"
  echo "$sha256  /tmp/bookrec.tar.gz" | sha256sum --check
  install --directory /opt/bookrec
  tar --extract --gzip --file /tmp/bookrec.tar.gz --directory /opt/bookrec --strip-components 1
}

write_settings() {
  id bookrec >/dev/null 2>&1 || useradd --system --home-dir /var/lib/bookrec --shell /usr/sbin/nologin bookrec
  install --directory --mode 0750 --group bookrec /etc/bookrec
  cat >/etc/bookrec/cluster.env <<SETTINGS
BookRec__Mode=Cluster
BookRec__Cluster__Id=bookrec
BookRec__Database__Engine=PostgreSql
BookRec__Database__ConnectionString="Host=$postgres;Port=5432;Database=bookrec;Username=bookrec;SSL Mode=Require"
BookRec__Redis__Endpoint=$redis:6379
BookRec__Redis__Tls=true
BookRec__Blobs__Bucket=$bucket
BookRec__Secrets__Name=bookrec/production
AWS_REGION=$region
DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0
BookRec__Front__TrustedProxies__0=127.0.0.0/8
SETTINGS
  echo "BookRec__Silo__Demo=false" >/etc/bookrec/silo.env
  chmod 0640 /etc/bookrec/*.env
  chgrp bookrec /etc/bookrec/*.env
}

start_programs() {
  install --mode 0644 /opt/bookrec/deploy/systemd/*.service /etc/systemd/system/
  systemctl daemon-reload
  systemctl enable --now bookrec-silo "${ports[@]/#/bookrec-api@}"
}

# The template listens on 443 alone; port 80, where Debian's package has NGINX listen by itself, is certbot's, now and when it renews.
start_nginx() {
  systemctl stop nginx
  rm -f /etc/nginx/sites-enabled/default
  certbot certonly --standalone --non-interactive --agree-tos --email "$email" --domain "$host" --deploy-hook "systemctl try-reload-or-restart nginx"
  set -a
  # shellcheck source=/dev/null
  . /opt/bookrec/deploy/nginx.env
  set +a
  local servers
  servers=$(printf 'server 127.0.0.1:%s max_fails=3 fail_timeout=2s; ' "${ports[@]}")
  export BOOKREC_API_SERVERS="$servers"
  export BOOKREC_READER_SERVERS="${servers//;/ max_conns=100;}"
  export BOOKREC_LISTEN="443 ssl http2"
  export BOOKREC_CERTIFICATE="ssl_certificate /etc/letsencrypt/live/$host/fullchain.pem; ssl_certificate_key /etc/letsencrypt/live/$host/privkey.pem;"
  export BOOKREC_STATUS_LISTEN=127.0.0.1:8081
  export BOOKREC_INSIDE="allow 127.0.0.0/8;"
  export BOOKREC_ACCESS_LOG=/var/log/nginx/bookrec.log
  envsubst "$(printf "\${%s} " "${!BOOKREC_@}")" </opt/bookrec/nginx/bookrec.conf.template >/etc/nginx/conf.d/bookrec.conf
  nginx -t
  systemctl enable --now nginx
}

install_packages
install_programs
write_settings
start_programs
start_nginx

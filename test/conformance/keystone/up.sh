#!/usr/bin/env bash
# Sets an OpenStack Keystone up on 127.0.0.1, with this service in its catalog, and serves it until it is stopped.
# Debian: apt-get install python3-keystone python3-psycopg2 uwsgi-core uwsgi-plugin-python3 python3-openstackclient
#
#   up.sh DIRECTORY PORT CATALOG_URL DATABASE_URL      an empty PostgreSQL database for Keystone, such as:
#   up.sh /tmp/keystone 5999 http://127.0.0.1:9292 postgresql://keystone:secret@127.0.0.1/keystone
#
# When it is ready, DIRECTORY has clouds.yaml, for clients and for tempest/run.sh, and catalog.env, for the service:
#
#   set -a; . DIRECTORY/catalog.env; set +a; npm start
set -euo pipefail
dir=$(realpath -m "$1") port=$2 catalog=$3 database=$4
url=http://127.0.0.1:$port/v3
password=$(head -c 12 /dev/urandom | base64 | tr -d '/+=')
umask 077
mkdir -p "$dir"/{fernet,credential,log}
cat >"$dir/keystone.conf" <<CONF
[DEFAULT]
log_dir = $dir/log
[database]
connection = $database
[fernet_tokens]
key_repository = $dir/fernet
[credential]
key_repository = $dir/credential
[identity]
password_hash_rounds = 4
[cache]
enabled = false
CONF

manage() { keystone-manage --config-file "$dir/keystone.conf" "$@"; }
manage db_sync
manage fernet_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
manage credential_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
manage bootstrap --bootstrap-password "$password" --bootstrap-region-id RegionOne \
  --bootstrap-admin-url "$url" --bootstrap-internal-url "$url" --bootstrap-public-url "$url"

OS_KEYSTONE_CONFIG_FILES=$dir/keystone.conf uwsgi --plugin python3 --http-socket "127.0.0.1:$port" \
  --wsgi-file "$(command -v keystone-wsgi-public)" --need-app --enable-threads --master --processes 2 --die-on-term \
  --buffer-size 65535 --add-header 'Connection: close' >"$dir/log/uwsgi.log" 2>&1 &
server=$!
trap 'kill $server' EXIT
until curl -sf -o "$dir/log/discovery.json" "$url"; do kill -0 $server; sleep 0.5; done

cat >"$dir/clouds.yaml" <<YAML
clouds:
  catalog:
    auth:
      auth_url: $url
      username: admin
      password: $password
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
    identity_api_version: 3
    image_api_version: 2
YAML
as_admin() { OS_CLIENT_CONFIG_FILE=$dir/clouds.yaml OS_CLOUD=catalog openstack "$@" >>"$dir/log/setup.log"; }
as_admin project create service
as_admin role create service
as_admin user create --project service --password "$password" image
as_admin role add --project service --user image service
as_admin service create --name catalog image
as_admin service create --name catalog-compute compute
for interface in public internal admin; do
  as_admin endpoint create --region RegionOne image $interface "$catalog/image"
  as_admin endpoint create --region RegionOne compute $interface "$catalog/compute/v2.1"
done
cat >"$dir/catalog.env" <<ENV
CATALOG_AUTH_MODES=keystone
CATALOG_KEYSTONE='{"authUrl":"$url","username":"image","password":{"env":"KEYSTONE_PASSWORD"},"projectName":"service"}'
KEYSTONE_PASSWORD=$password
ENV
echo "Keystone is at $url."
wait $server

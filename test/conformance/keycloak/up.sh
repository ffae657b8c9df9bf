#!/usr/bin/env bash
# Sets a Keycloak up on 127.0.0.1, with a realm whose users and clients may use this service, and serves it until it is stopped.
# Debian: apt-get install maven openjdk-17-jre-headless jq unzip
#
#   up.sh DIRECTORY PORT
#   up.sh /tmp/keycloak 5998
#
# When it is ready, DIRECTORY has catalog.env, for the service, and run.sh can be run:
#
#   set -a; . DIRECTORY/catalog.env; set +a; npm start
set -euo pipefail
dir=$(realpath -m "$1") port=$2
url=http://127.0.0.1:$port
version=26.7.3
umask 077
mkdir -p "$dir/log"

# Copied by Maven from its central repository.
if [ ! -d "$dir/keycloak-$version" ]; then
  mvn -B -q dependency:copy -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" -DoutputDirectory="$dir"
  unzip -q "$dir/keycloak-quarkus-dist-$version.zip" -d "$dir"
fi
export PATH="$dir/keycloak-$version/bin:$PATH"

export KC_BOOTSTRAP_ADMIN_USERNAME=admin KC_BOOTSTRAP_ADMIN_PASSWORD
KC_BOOTSTRAP_ADMIN_PASSWORD=$(head -c 12 /dev/urandom | base64 | tr -d '/+=')
rm -rf "$dir/keycloak-$version/data"
JAVA_OPTS_KC_HEAP='-Xms64m -Xmx768m' kc.sh start-dev --http-host 127.0.0.1 --http-port "$port" >"$dir/log/keycloak.log" 2>&1 &
server=$!
trap 'kill $server' EXIT
until curl -sf -o "$dir/log/discovery.json" "$url/realms/master"; do kill -0 $server; sleep 0.5; done

as_admin() { kcadm.sh "$@" --config "$dir/kcadm.config" 2>>"$dir/log/setup.log"; }
as_admin config credentials --server "$url" --realm master --user admin --password "$KC_BOOTSTRAP_ADMIN_PASSWORD"

as_admin create realms -s realm=cloud -s enabled=true
scope=$(as_admin create client-scopes -r cloud -i -f - <<'JSON'
{
  "name": "images",
  "protocol": "openid-connect",
  "protocolMappers": [
    {
      "name": "audience",
      "protocol": "openid-connect",
      "protocolMapper": "oidc-audience-mapper",
      "config": { "included.custom.audience": "image-catalog", "access.token.claim": "true" }
    },
    {
      "name": "groups",
      "protocol": "openid-connect",
      "protocolMapper": "oidc-group-membership-mapper",
      "config": { "claim.name": "groups", "full.path": "true", "access.token.claim": "true" }
    }
  ]
}
JSON
)
as_admin update "realms/cloud/default-default-client-scopes/$scope"

projects=$(as_admin create groups -r cloud -i -s name=projects)
project=$(as_admin create "groups/$projects/children" -r cloud -i -s name=c0ffee00)
members=$(as_admin create "groups/$project/children" -r cloud -i -s name=member)
as_admin create "groups/$project/children" -r cloud -s name=reader
sales=$(as_admin create "groups/$projects/children" -r cloud -i -s name=sales)
as_admin create "groups/$sales/children" -r cloud -s name=reader
as_admin create roles -r cloud -s name=catalog-admin

# A client that acts for itself and for users, and one whose tokens are not for this service.
client=(-s serviceAccountsEnabled=true -s directAccessGrantsEnabled=true)
builder=$(as_admin create clients -r cloud -i -s clientId=builder -s secret=builder "${client[@]}")
account=$(as_admin get "clients/$builder/service-account-user" -r cloud --fields id --format csv --noquotes)
as_admin update "users/$account/groups/$members" -r cloud -n
stranger=$(as_admin create clients -r cloud -i -s clientId=stranger -s secret=stranger "${client[@]}")
as_admin delete "clients/$stranger/default-client-scopes/$scope" -r cloud
# One that has the name of this service, so that its ID tokens have the audience too.
as_admin create clients -r cloud -s clientId=image-catalog -s secret=image-catalog "${client[@]}"

# Users NAME GROUP…, each with the name as the password.
user() {
  local name=$1 groups
  groups=$(printf '%s\n' "${@:2}" | jq -Rc . | jq -sc .)
  as_admin create users -r cloud -s username="$name" -s email="$name@example.org" -s firstName="$name" -s lastName=Example \
    -s enabled=true -s "groups=$groups"
  as_admin set-password -r cloud --username "$name" --new-password "$name"
}
user ann /projects/c0ffee00/member
user bob /projects/c0ffee00/reader /projects/sales/reader
user carol /projects/c0ffee00/member
as_admin add-roles -r cloud --uusername carol --rolename catalog-admin

cat >"$dir/catalog.env" <<ENV
CATALOG_AUTH_MODES=embedded,oidc
CATALOG_OIDC_ISSUERS='[{
  "issuer": "$url/realms/cloud",
  "name": "company",
  "audiences": ["image-catalog"],
  "mapping": {
    "roles": ["realm_access.roles", "resource_access.\"image-catalog\".roles"],
    "groupPattern": "^/projects/(?<project>[^/]+)/(?<role>[^/]+)$",
    "adminValues": ["catalog-admin"]
  }
}]'
ENV
echo "Keycloak is at $url."
wait $server

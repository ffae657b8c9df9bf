#!/usr/bin/env bash
# Logs in at the Keycloak of up.sh in every way and asks the service; says what differs from what is expected.
#
#   run.sh DIRECTORY CATALOG_URL
#   run.sh /tmp/keycloak http://127.0.0.1:9292
#
#   OPENSTACK   the client of openstack, such as one from PyPI (default openstack)
set -euo pipefail
dir=$(realpath "$1") catalog=$2
openstack=${OPENSTACK:-openstack}
issuer=$(. "$dir/catalog.env"; jq -r '.[0].issuer' <<<"$CATALOG_OIDC_ISSUERS")
kcadm=$(echo "$dir"/keycloak-*/bin/kcadm.sh)
failures=0

expect() { # WHAT EXPECTED GOT
  if [ "$2" = "$3" ]; then echo "ok      $1: $3"; else echo "FAILED  $1: $3, not $2"; failures=$((failures + 1)); fi
}
endpoint() { curl -s "$issuer/protocol/openid-connect/$1" "${@:2}"; }
client() { endpoint token -d grant_type=client_credentials -d client_id="$1" -d client_secret="$1" | jq -r .access_token; }
user() { # NAME [MEMBER OF THE ANSWER] [CLIENT]
  endpoint token -d grant_type=password -d scope=openid -d username="$1" -d password="$1" \
    -d client_id="${3:-builder}" -d client_secret="${3:-builder}" | jq -r ".${2:-access_token}"
}
part() { # INDEX MEMBER TOKEN
  jq -Rr --argjson index "$1" --arg member "$2" \
    'split(".")[$index] | gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson | .[$member]' <<<"$3"
}
status() { curl -so /dev/null -w '%{http_code}' -H "Authorization: Bearer $1" "${@:2}"; }
list() { status "$1" "${@:2}" "$catalog/v2/images"; }
create() { status "$1" -H 'Content-Type: application/json' -d '{"name":"from-keycloak"}' "$catalog/v2/images"; }

builder=$(client builder) ann=$(user ann) bob=$(user bob) carol=$(user carol)
expect 'a client creates in its project' 201 "$(create "$builder")"
expect 'a member creates' 201 "$(create "$ann")"
expect 'of two projects one must be chosen' 403 "$(list "$bob")"
expect 'a reader reads' 200 "$(list "$bob" -H 'X-Scope-Project: c0ffee00')"
expect 'a reader reads in another project' 200 "$(list "$bob" -H 'X-Scope-Project: sales')"
expect 'a reader does not create' 403 "$(create "$bob" -H 'X-Scope-Project: c0ffee00')"
expect 'a role makes an administrator' 200 "$(status "$carol" "$catalog/catalog/v1/tenants")"
expect 'nobody else is one' 403 "$(status "$ann" "$catalog/catalog/v1/tenants")"
expect 'another audience' 401 "$(list "$(client stranger)")"
expect 'an ID token' 401 "$(list "$(user ann id_token)")"
expect 'an ID token for the audience' 401 "$(list "$(user ann id_token image-catalog)")"
expect 'a refresh token' 401 "$(list "$(user ann refresh_token)")"

"$kcadm" create components -r cloud --config "$dir/kcadm.config" -s name="rsa $RANDOM" -s providerId=rsa-generated \
  -s providerType=org.keycloak.keys.KeyProvider -s "config.priority=[\"$(date +%s)\"]" 2>/dev/null
rotated=$(client builder)
[ "$(part 0 kid "$builder")" != "$(part 0 kid "$rotated")" ] || expect 'the key of a new token' new old
expect 'a token of the new key' 200 "$(list "$rotated")"
expect 'a token of the old key' 200 "$(list "$builder")"

endpoint revoke -u builder:builder -d token="$ann"
expect 'Keycloak about a revoked token' false "$(endpoint token/introspect -u image-catalog:image-catalog -d token="$ann" | jq .active)"
expect 'a revoked token, which is signed' 200 "$(list "$ann")"
denied=$(jq -n --arg issuer "$issuer" --arg subject "$(part 1 sub "$ann")" '{$issuer, $subject}')
expect 'an administrator denies' 201 "$(status "$carol" -H 'Content-Type: application/json' -d "$denied" "$catalog/catalog/v1/denied-tokens")"
expect 'a denied token' 401 "$(list "$ann")"

export OS_AUTH_URL=$catalog/identity/v3 OS_IDENTITY_PROVIDER=company OS_PROTOCOL=openid
export OS_DISCOVERY_ENDPOINT=$issuer/.well-known/openid-configuration
export OS_CLIENT_ID=builder OS_CLIENT_SECRET=builder OS_PROJECT_NAME=c0ffee00 OS_PROJECT_DOMAIN_NAME=company
owner() { "$openstack" --os-auth-type "$1" "${@:2}" image create --property os_distro=debian first -f value -c owner; }
expect 'v3oidcclientcredentials' c0ffee00 "$(owner v3oidcclientcredentials)"
expect 'v3oidcpassword' c0ffee00 "$(owner v3oidcpassword --os-username carol --os-password carol)"
expect 'v3oidcaccesstoken' c0ffee00 "$(owner v3oidcaccesstoken --os-access-token "$builder")"
exit "$((failures > 0))"

#!/usr/bin/env bash
# Drives Terraform's OpenStack provider against a running service: makes images, shares and finds them, changes them in
# place, imports one into an empty state, and takes everything away again.
#
#   CLOUDS_YAML   whom to log in as, and where (default .data/clouds.yaml; its cloud `catalog`, an administrator)
#   TOFU          OpenTofu or Terraform (default tofu)
#   PROVIDER_DIR  holds the program terraform-provider-openstack, as `go build` makes it from the provider's sources
#   HTTP_PORT     serves an image on 127.0.0.1 (default 8099). The service must be let at it:
#                 CATALOG_IMPORT_INTERNAL_HOSTS=127.0.0.1 CATALOG_IMPORT_PORTS_ALLOWED=80,443,8099
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
OS_CLIENT_CONFIG_FILE=$(realpath "${CLOUDS_YAML:-.data/clouds.yaml}")
export OS_CLIENT_CONFIG_FILE OS_CLOUD=catalog
tofu=$(realpath "$(command -v "${TOFU:-tofu}")")
port=${HTTP_PORT:-8099}
dir=$(mktemp -d)
cp "$here/main.tf" "$dir"
cd "$dir"
mkdir www
head -c 3145728 /dev/urandom >local.raw
head -c 1048576 /dev/urandom >www/web.raw
python3 -m http.server --bind 127.0.0.1 --directory www "$port" >www.log 2>&1 &
other=terraform-$RANDOM
other_id=$(openstack project create "$other" -f value -c id)
trap 'kill %1; openstack project delete "$other_id"; rm -r "$dir"' EXIT
openstack role add --project "$other_id" --user admin member

cat >tofu.rc <<RC
provider_installation {
  dev_overrides {
    "terraform-provider-openstack/openstack" = "$PROVIDER_DIR"
  }
}
RC
export TF_CLI_CONFIG_FILE=$dir/tofu.rc TF_IN_AUTOMATION=1
export TF_VAR_other_project=$other TF_VAR_other_project_id=$other_id
export TF_VAR_local_image=$dir/local.raw TF_VAR_web_image=http://127.0.0.1:$port/web.raw

# 0: nothing left to do; 2: there is. A provider that reads back other than it wrote never gets to 0.
settled() { "$tofu" plan -no-color -detailed-exitcode "$@" >plan.log || { cat plan.log >&2; return 1; }; }
expect() { [ "$1" = "$2" ] || { echo "expected $2, got $1" >&2; exit 1; }; }
shown() { openstack image show "$1" -f json | python3 -c "import json, sys; print(json.load(sys.stdin)$2)"; }

echo '— make'
"$tofu" apply -no-color -auto-approve >apply.log || { cat apply.log >&2; exit 1; }
settled
"$tofu" output -json summary >summary.json
python3 - summary.json local.raw <<'PY'
import hashlib, json, sys
summary = json.load(open(sys.argv[1]))
data = open(sys.argv[2], 'rb').read()
assert summary == {
    'uploaded': 'active', 'downloaded': 'active', 'found': True, 'tagged': True, 'accepted': True,
    'bytes': len(data), 'checksum': hashlib.md5(data).hexdigest(),
}, summary
PY
id=$("$tofu" state show -no-color openstack_images_image_v2.uploaded | sed -n 's/^ *id *= "\(.*\)"/\1/p')

echo '— change in place'
"$tofu" apply -no-color -auto-approve -var generation=second >apply.log || { cat apply.log >&2; exit 1; }
settled -var generation=second
expect "$(shown "$id" "['name']")" 'terraform second'
expect "$(shown "$id" "['min_ram']")" 128
expect "$(shown "$id" "['properties']['generation']")" second
grep -q '0 destroyed' apply.log || { cat apply.log >&2; exit 1; }

echo '— notice what others change'
openstack image set --property generation=third "$id"
code=0
"$tofu" plan -no-color -detailed-exitcode -var generation=second >plan.log || code=$?
expect "$code" 2

echo '— import'
"$tofu" state rm -no-color openstack_images_image_v2.uploaded >import.log
"$tofu" import -no-color -var generation=third openstack_images_image_v2.uploaded "$id" >>import.log || { cat import.log >&2; exit 1; }

echo '— take away'
"$tofu" destroy -no-color -auto-approve -var generation=third >destroy.log || { cat destroy.log >&2; exit 1; }
! openstack image show "$id" >gone.log 2>&1
grep 'destroyed' destroy.log | tail -1

#!/bin/sh
# Makes test/fixtures/images/*.gz with Debian's own tools, from nothing:
#   apt-get install qemu-utils xorriso cryptsetup-bin fdisk
# The disks hold no data, so whole files compress to next to
# nothing (encrypted ones are cut). Run it only to add a fixture: headers
# carry random identifiers, so every run gives other bytes.
set -eu
out=$(cd "$(dirname "$0")/../test/fixtures/images" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

make() { # name, then qemu-img create's arguments but for the file name
  name=$1
  shift
  qemu-img create -q "$@" >/dev/null
  gzip -9 -n -c "$name" >"$out/$name.gz"
}
size=4M

make plain.qcow2 -f qcow2 plain.qcow2 $size
make version-2.qcow2 -f qcow2 -o compat=0.10 version-2.qcow2 $size
make extended-l2.qcow2 -f qcow2 -o extended_l2=on extended-l2.qcow2 $size
make zstd.qcow2 -f qcow2 -o compression_type=zstd zstd.qcow2 $size
make small-clusters.qcow2 -f qcow2 -o cluster_size=512 small-clusters.qcow2 $size
make backing-file.qcow2 -f qcow2 -b plain.qcow2 -F qcow2 backing-file.qcow2
make backing-file-v2.qcow2 -f qcow2 -o compat=0.10 -b plain.qcow2 -F qcow2 backing-file-v2.qcow2
make data-file.qcow2 -f qcow2 -o data_file=data.raw data-file.qcow2 $size
make data-file-raw.qcow2 -f qcow2 -o data_file=data2.raw,data_file_raw=on data-file-raw.qcow2 $size
make version-1.qcow -f qcow version-1.qcow $size
make plain.qed -f qed plain.qed $size
make backing-file.qed -f qed -b plain.qcow2 -F qcow2 backing-file.qed
make monolithic-sparse.vmdk -f vmdk monolithic-sparse.vmdk $size
make stream-optimized.vmdk -f vmdk -o subformat=streamOptimized stream-optimized.vmdk $size
make monolithic-flat.vmdk -f vmdk -o subformat=monolithicFlat monolithic-flat.vmdk $size
make two-gb-flat.vmdk -f vmdk -o subformat=twoGbMaxExtentFlat two-gb-flat.vmdk $size
make two-gb-sparse.vmdk -f vmdk -o subformat=twoGbMaxExtentSparse two-gb-sparse.vmdk $size
gzip -9 -n -c two-gb-sparse-s001.vmdk >"$out/two-gb-sparse-s001.vmdk.gz"
make backing-file.vmdk -f vmdk -b monolithic-sparse.vmdk -F vmdk backing-file.vmdk
make dynamic.vhd -f vpc -o force_size=on dynamic.vhd $size
make fixed.vhd -f vpc -o subformat=fixed,force_size=on fixed.vhd $size
make dynamic.vhdx -f vhdx dynamic.vhdx $size
make fixed.vhdx -f vhdx -o subformat=fixed fixed.vhdx $size
make dynamic.vdi -f vdi dynamic.vdi $size
make static.vdi -f vdi -o static=on static.vdi $size
make luks-1.luks -f luks --object secret,id=s,data=secret -o key-secret=s,iter-time=10 luks-1.luks 64K
head -c 4K luks-1.luks | gzip -9 -n >"$out/luks-1.luks.gz"

qemu-img convert -O vmdk -o subformat=streamOptimized monolithic-sparse.vmdk converted.vmdk
gzip -9 -n -c converted.vmdk >"$out/stream-optimized-converted.vmdk.gz"

truncate -s 32M luks-2.luks
echo secret | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
  luks-2.luks -
head -c 4K luks-2.luks | gzip -9 -n >"$out/luks-2.luks.gz"

mkdir tree
echo hello >tree/readme.txt
xorriso -as mkisofs -quiet -o plain.iso tree
xorriso -as mkisofs -quiet -o hybrid.iso -partition_offset 16 -appended_part_as_gpt \
  -append_partition 2 0xef plain.iso tree
for disc in plain.iso hybrid.iso; do gzip -9 -n -c $disc >"$out/$disc.gz"; done

for label in gpt dos; do
  truncate -s 4M $label.raw
  printf 'label: %s\nsize=1M\nsize=1M\n' $label | sfdisk -q $label.raw
  gzip -9 -n -c $label.raw >"$out/$label.raw.gz"
done
# The protective MBR gets a second, real entry: what firmware and kernel see differs.
cp gpt.raw hybrid-mbr.raw
printf '\200\001\002\000\203\376\377\377\002\000\000\000\000\020\000\000' |
  dd of=hybrid-mbr.raw bs=1 seek=462 conv=notrunc status=none
gzip -9 -n -c hybrid-mbr.raw >"$out/hybrid-mbr.raw.gz"
# A fixed VHD of a partitioned disk.
qemu-img convert -f raw -O vpc -o subformat=fixed,force_size=on dos.raw partitioned-fixed.vhd
gzip -9 -n -c partitioned-fixed.vhd >"$out/partitioned-fixed.vhd.gz"

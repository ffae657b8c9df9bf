// Gophercloud against a running service: the image service of Terraform's OpenStack provider.
//
//	export OS_CLIENT_CONFIG_FILE=$PWD/.data/clouds.yaml OS_CLOUD=catalog
//	cd test/conformance/gophercloud && go run .
//
// Every step is printed; the first that is not as it should be ends the program with exit code 1.
package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imageimport"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/members"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/tasks"
)

func must[T any](value T, err error) T {
	check(err == nil, fmt.Sprint(err))
	return value
}

func done(err error) {
	check(err == nil, fmt.Sprint(err))
}

func check(isRight bool, what string) {
	if !isRight {
		fmt.Println("wrong:", what)
		os.Exit(1)
	}
}

func step(title string, isRight bool) {
	check(isRight, title)
	fmt.Println("ok", title)
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	auth, endpoint, _, err := clouds.Parse()
	check(err == nil, fmt.Sprint(err))
	provider := must(openstack.AuthenticatedClient(ctx, auth))
	client := must(openstack.NewImageV2(provider, endpoint))
	data := bytes.Repeat([]byte("conformance "), 100_000)

	image := must(images.Create(ctx, client, images.CreateOpts{
		Name: "conformance-gophercloud", ContainerFormat: "bare", DiskFormat: "raw", MinDisk: 1,
		Tags: []string{"conformance"}, Properties: map[string]string{"os_distro": "debian"},
	}).Extract())
	step("images.Create", image.Status == images.ImageStatusQueued && image.Properties["os_distro"] == "debian")
	done(imagedata.Upload(ctx, client, image.ID, bytes.NewReader(data)).ExtractErr())
	image = must(images.Get(ctx, client, image.ID).Extract())
	sum := md5.Sum(data)
	step("imagedata.Upload, images.Get", image.Status == images.ImageStatusActive &&
		image.Checksum == hex.EncodeToString(sum[:]) && image.SizeBytes == int64(len(data)))
	body := must(imagedata.Download(ctx, client, image.ID).Extract())
	step("imagedata.Download", bytes.Equal(must(io.ReadAll(body)), data))

	image = must(images.Update(ctx, client, image.ID, images.UpdateOpts{
		images.ReplaceImageName{NewName: "conformance-renamed"},
		images.ReplaceImageTags{NewTags: []string{"a", "b"}},
		images.UpdateImageProperty{Op: images.AddOp, Name: "hw_disk_bus", Value: "scsi"},
	}).Extract())
	step("images.Update", image.Name == "conformance-renamed" && image.Properties["hw_disk_bus"] == "scsi")

	pages := must(images.List(client, images.ListOpts{Name: "conformance-renamed", Limit: 1}).AllPages(ctx))
	listed := must(images.ExtractImages(pages))
	step("images.List", len(listed) == 1 && listed[0].ID == image.ID)

	member := must(members.Create(ctx, client, image.ID, "somebody").Extract())
	step("members.Create", member.Status == "pending")
	done(members.Delete(ctx, client, image.ID, "somebody").ExtractErr())

	staged := must(images.Create(ctx, client, images.CreateOpts{Name: "staged", ContainerFormat: "bare", DiskFormat: "raw"}).Extract())
	done(imagedata.Stage(ctx, client, staged.ID, bytes.NewReader(data)).ExtractErr())
	done(imageimport.Create(ctx, client, staged.ID, imageimport.CreateOpts{Name: imageimport.GlanceDirectMethod}).ExtractErr())
	for staged.Status != images.ImageStatusActive {
		time.Sleep(200 * time.Millisecond)
		staged = must(images.Get(ctx, client, staged.ID).Extract())
	}
	step("imagedata.Stage, imageimport.Create", staged.Checksum == image.Checksum)
	must(tasks.List(client, tasks.ListOpts{}).AllPages(ctx))
	step("tasks.List", true)

	for _, id := range []string{image.ID, staged.ID} {
		done(images.Delete(ctx, client, id).ExtractErr())
	}
	step("images.Delete", images.Get(ctx, client, image.ID).Err != nil)
}

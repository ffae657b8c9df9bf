// Reads Kubernetes objects from standard input, strictly: a field that their Go types do not have, or that is there
// twice, is an error, and so is a kind that is not known here. kubectl kustomize deploy/kubernetes | go run .
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

var kinds = map[string]func() any{
	"v1/ConfigMap":                           func() any { return new(corev1.ConfigMap) },
	"v1/Namespace":                           func() any { return new(corev1.Namespace) },
	"v1/Service":                             func() any { return new(corev1.Service) },
	"v1/ServiceAccount":                      func() any { return new(corev1.ServiceAccount) },
	"apps/v1/Deployment":                     func() any { return new(appsv1.Deployment) },
	"autoscaling/v2/HorizontalPodAutoscaler": func() any { return new(autoscalingv2.HorizontalPodAutoscaler) },
	"batch/v1/Job":                           func() any { return new(batchv1.Job) },
	"networking.k8s.io/v1/NetworkPolicy":     func() any { return new(networkingv1.NetworkPolicy) },
	"policy/v1/PodDisruptionBudget":          func() any { return new(policyv1.PodDisruptionBudget) },
}

func check(document []byte) (string, error) {
	var object metav1.PartialObjectMetadata
	if err := yaml.Unmarshal(document, &object); err != nil {
		return "", err
	}
	name := fmt.Sprintf("%s/%s %s", object.APIVersion, object.Kind, object.Name)
	create, known := kinds[object.APIVersion+"/"+object.Kind]
	if !known {
		return name, fmt.Errorf("this kind is not known here")
	}
	return name, yaml.UnmarshalStrict(document, create())
}

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	objects, failures := 0, 0
	for _, document := range bytes.Split(input, []byte("\n---\n")) {
		objects++
		name, err := check(document)
		if err != nil {
			failures++
			fmt.Printf("%s: %v\n", name, err)
			continue
		}
		fmt.Printf("%s: ok\n", name)
	}
	fmt.Printf("%d objects, %d failures\n", objects, failures)
	if failures > 0 || objects < 2 {
		os.Exit(1)
	}
}

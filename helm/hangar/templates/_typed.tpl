{{/*
Numbers and switches that come as text, as parameters of Argo CD and Terraform do ("3", "false"), become what they stand for:
a text "false" would turn a switch on. Called first by whatever is rendered; a second time it finds nothing to do. Only these
names, and not below objects of Kubernetes and maps whose keys are the user's.
*/}}
{{- define "hangar.typed" -}}
{{- $switches := list "enabled" "create" "keep" "connections" "topologySpread" "singleProcess" -}}
{{- $numbers := splitList " " (include "hangar.numbers" .) -}}
{{- $open := list "config" "keys" "values" "remoteRefs" "annotations" "podAnnotations" "labels" "podLabels" "nodeSelector" "affinity" "resources" "spec" "storage" "parameters" "selector" "behavior" "dnsConfig" "lifecycle" "commonLabels" "commonAnnotations" -}}
{{- range $key, $value := . -}}
{{- if eq $key "workerPools" -}}
{{- range $value }}{{ include "hangar.typed" . }}{{ end -}}
{{- else if and (kindIs "map" $value) (not (has $key $open)) -}}
{{- include "hangar.typed" $value -}}
{{- else if and (kindIs "string" $value) (has $key $switches) (has $value (list "true" "false")) -}}
{{- $_ := set $ $key (eq $value "true") -}}
{{- else if and (has $key $numbers) (regexMatch "^[0-9]+$" (toString $value)) -}}
{{- $_ := set $ $key (int64 $value) -}}
{{- else if and (has $key $numbers) (kindIs "slice" $value) -}}
{{- $list := list }}{{ range $value }}{{ $list = append $list (int64 .) }}{{ end -}}
{{- $_ := set $ $key $list -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "hangar.numbers" -}}
activeDeadlineSeconds backoffLimit cooldownPeriod deliveryRetentionDays drainSeconds failureThreshold fsGroup holdSeconds initialDelaySeconds instances jobsPerPod marginSeconds maxBodyBytes maxConnections maxReplicas maxSurge maxUnavailable minAvailable minReadySeconds minReplicas periodSeconds poolSize pollingInterval port ports preStopSeconds replicas requestsPerMinute revisionHistoryLimit runAsGroup runAsUser successThreshold supplementalGroups targetCPUUtilizationPercentage timeoutSeconds ttlSecondsAfterFinished waitSeconds
{{- end }}

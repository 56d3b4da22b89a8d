{{/*
The alerts of files/alerts.yaml for this release: they know its namespace, and the roles that always have a pod. So they fire
while other Hangars are scraped, and as long as something is missing, not for the two hours in which Prometheus remembers it.
*/}}
{{- define "hangar.alerts" -}}
{{- $namespace := .Release.Namespace -}}
{{- $roles := list -}}
{{- range fromYaml (include "hangar.components" .) -}}
{{- if gt (include "hangar.leastPods" .values | int) 0 }}{{ $roles = concat $roles .roles }}{{ end -}}
{{- end -}}
{{- $missing := list -}}
{{- range $role := list "receiver" "worker" -}}
{{- if has $role $roles }}{{ $missing = append $missing (printf "absent(hangar_role{namespace=%q, role=%q})" $namespace $role) }}{{ end -}}
{{- end -}}
{{- $remembered := "group by (namespace, role) (last_over_time(hangar_role{role=~\"receiver|worker\"}[2h]))" -}}
{{- .Files.Get "files/alerts.yaml"
  | replace "absent(hangar_build_info)" (printf "absent(hangar_build_info{namespace=%q})" $namespace)
  | replace $remembered ($missing | join " or " | default "absent(vector(1))" | printf "(%s)")
  | replace "runbook: docs/runbook.md" (.Values.monitoring.rules.runbookUrl | empty | ternary "runbook: docs/runbook.md" (printf "runbook_url: %s" .Values.monitoring.rules.runbookUrl)) -}}
{{- end }}

{{/* Pods that a component has at least, by its values; KEDA and an autoscaler may go to 0. */}}
{{- define "hangar.leastPods" -}}
{{ .autoscaling.enabled | ternary .autoscaling.minReplicas (.keda.enabled | ternary .keda.minReplicas .replicas) }}
{{- end }}

{{/* What all pods of the chart have in common: (dict "root" $ "values" `defaults` or the component's). */}}
{{- define "hangar.podBase" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  seccompProfile: { type: RuntimeDefault }
  {{- range $field, $value := .root.Values.podSecurityContext }}
  {{- if not (kindIs "invalid" $value) }}
  {{- dict $field $value | toYaml | nindent 2 }}
  {{- end }}
  {{- end }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $field := list "nodeSelector" "tolerations" "affinity" "priorityClassName" "runtimeClassName" "hostAliases" "dnsPolicy" "dnsConfig" }}
{{- with get $.values $field }}
{{ dict $field . | toYaml }}
{{- end }}
{{- end }}
{{- end }}

{{/* Pod Security "restricted" with a read-only root. */}}
{{- define "hangar.containerSecurity" -}}
securityContext:
  runAsNonRoot: true
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* What all containers of the chart have in common: (dict "root" $ "roles" (list …) "values" …). */}}
{{- define "hangar.containerBase" -}}
image: {{ include "hangar.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
# `kubectl describe pod` shows why it ended.
terminationMessagePolicy: FallbackToLogsOnError
{{ include "hangar.containerSecurity" .root }}
env:
  {{- include "hangar.env" . | trim | nindent 2 }}
{{- with .values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  {{- include "hangar.volumeMounts" .root | nindent 2 }}
  {{- with .values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* All roles, so that the whole configuration is checked: (dict "root" $ "values" those of the pod). */}}
{{- define "hangar.migrateContainer" -}}
{{- $values := merge (dict "handlers" list) .values -}}
name: migrate
command: [hangar, migrate, --wait, {{ .root.Values.migrations.waitSeconds | quote }}]
{{ include "hangar.containerBase" (dict "root" .root "roles" (include "hangar.roles" . | splitList ",") "values" $values) }}
resources:
  {{- toYaml .root.Values.migrations.resources | nindent 2 }}
{{- end }}

{{- define "hangar.probe" -}}
httpGet: { path: {{ .path }}, port: http }
{{ toYaml .timing }}
{{- end }}

{{/* The pod of a component: (dict "root" $ "name" … "component" …). */}}
{{- define "hangar.podSpec" -}}
{{- $v := .component.values -}}
{{- $preStop := ($v.preStopSeconds | int) -}}
serviceAccountName: {{ include "hangar.serviceAccountName" .root | quote }}
{{ include "hangar.podBase" (dict "root" .root "values" $v) }}
# preStop {{ $preStop }} s, drain {{ $v.drainSeconds }} s, then the margin before the kill.
terminationGracePeriodSeconds: {{ add $preStop $v.drainSeconds $v.marginSeconds }}
{{- with trim (include "hangar.topologySpread" .) }}
topologySpreadConstraints:
  {{- . | nindent 2 }}
{{- end }}
{{- $init := eq (include "hangar.migrationsRun" .root) "init" }}
{{- $before := trim (include "hangar.containersBefore" (dict "values" $v "sidecars" $init)) }}
{{- if or $init $before }}
initContainers:
  {{- with $before }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- if $init }}
  - {{- include "hangar.migrateContainer" (dict "root" .root "values" $v) | nindent 4 }}
  {{- end }}
{{- end }}
containers:
  - name: hangar
    {{- include "hangar.containerBase" (dict "root" .root "roles" .component.roles "values" $v) | nindent 4 }}
    ports:
      - { name: http, containerPort: 3000 }
      - { name: metrics, containerPort: 9464 }
    startupProbe:
      {{- include "hangar.probe" (dict "path" "/health/live" "timing" $v.probes.startup) | nindent 6 }}
    livenessProbe:
      {{- include "hangar.probe" (dict "path" "/health/live" "timing" $v.probes.liveness) | nindent 6 }}
    readinessProbe:
      {{- include "hangar.probe" (dict "path" "/health/ready" "timing" $v.probes.readiness) | nindent 6 }}
    {{- /* The sleep is executed by the kubelet: the pod needs no shell. */ -}}
    {{- $sleep := dict "preStop" (dict "sleep" (dict "seconds" $preStop)) }}
    {{- $sleeps := and (gt $preStop 0) (not (hasKey $v.lifecycle "preStop")) }}
    {{- with merge (dict) $v.lifecycle (ternary $sleep dict $sleeps) }}
    lifecycle:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    resources:
      {{- toYaml $v.resources | nindent 6 }}
  {{- if not $init }}
  {{- with $v.sidecars }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- end }}
volumes:
  {{- include "hangar.volumes" (dict "root" .root "secret" (include "hangar.secretName" .root) "migration" false) | nindent 2 }}
  {{- with $v.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Spread over zones and nodes, per revision of a component, so that a rollout does not count the old pods. */}}
{{- define "hangar.topologySpread" -}}
{{- $v := .component.values -}}
{{- if $v.topologySpreadConstraints -}}
{{ toYaml $v.topologySpreadConstraints }}
{{- else if $v.topologySpread -}}
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "hangar.selectorLabels" (list $.root $.name) | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}
{{- end }}

{{/* The `metadata` of a component's pods. */}}
{{- define "hangar.podMetadata" -}}
labels:
  {{- include "hangar.selectorLabels" (list .root .name) | nindent 2 }}
  # Pods that serve requests and metrics, not the jobs.
  hangar/server: 'true'
  {{- with merge (dict) .component.values.podLabels .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $annotations := merge (dict) .component.values.podAnnotations .root.Values.commonAnnotations }}
{{- with .root.Values.secrets.values }}
{{- $_ := set $annotations "checksum/secrets" (toJson . | sha256sum) }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

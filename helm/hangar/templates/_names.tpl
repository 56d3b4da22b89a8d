{{/* The names of what the chart makes, their labels and annotations. */}}

{{- define "hangar.name" -}}
{{ default .Chart.Name .Values.nameOverride }}
{{- end }}

{{/*
At most 40 characters: "-worker-<pool>" and Kubernetes' own endings must find room in 63. What is longer ends in a hash,
or two releases of one namespace would have the same objects.
*/}}
{{- define "hangar.fullname" -}}
{{- $name := include "hangar.name" . -}}
{{- $whole := .Values.fullnameOverride | default (contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name)) -}}
{{- if gt (len $whole) 40 -}}
{{ $whole | trunc 31 }}-{{ $whole | sha256sum | trunc 8 }}
{{- else -}}
{{ $whole }}
{{- end -}}
{{- end }}

{{/* Of the release's pods, whatever their component. */}}
{{- define "hangar.instanceLabels" -}}
app.kubernetes.io/name: {{ include "hangar.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Of one component's pods: (list $ component). Never changed, since Deployments keep their selectors. */}}
{{- define "hangar.selectorLabels" -}}
{{ include "hangar.instanceLabels" (index . 0) }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* The `metadata` of an object: (dict "root" $ "name" … "component" … "labels" … "annotations" …), the last three optional. */}}
{{- define "hangar.metadata" -}}
name: {{ .name | quote }}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- include "hangar.instanceLabels" .root | nindent 2 }}
  {{- with .component }}
  app.kubernetes.io/component: {{ . }}
  {{- end }}
  app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | trunc 63 | trimAll "-_." | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 }}
  {{- with merge (dict) (.labels | default dict) .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "hangar.serviceAccountName" -}}
{{ .Values.serviceAccount.name | default (ternary (include "hangar.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- define "hangar.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* The host of publicUrl, without its port. */}}
{{- define "hangar.host" -}}
{{ (urlParse .Values.publicUrl).hostname | lower }}
{{- end }}

{{- define "hangar.clusterName" -}}
{{ include "hangar.fullname" . }}-db
{{- end }}

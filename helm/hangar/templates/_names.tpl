{{/* Names, labels and annotations of the chart's objects. */}}

{{- define "hangar.name" -}}
{{ default .Chart.Name .Values.nameOverride }}
{{- end }}

{{/*
At most 40 characters, so that "-worker-<pool>" and Kubernetes' suffixes fit into 63. A longer name ends in a hash, otherwise
two releases in one namespace could have the same objects.
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

{{/* Labels of all pods of the release. */}}
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

{{/* The path of an address, which precedes every route: empty or `/hangar`. */}}
{{- define "hangar.pathPrefix" -}}
{{ (urlParse .).path | trimSuffix "/" }}
{{- end }}

{{/* The host of an address, without its port. */}}
{{- define "hangar.host" -}}
{{ (urlParse .).hostname | lower }}
{{- end }}

{{- define "hangar.clusterName" -}}
{{ include "hangar.fullname" . }}-db
{{- end }}

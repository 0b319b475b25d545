{{- define "peplink-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/*
At most 50 characters: Kubernetes adds up to 11 to a StatefulSet's name for a label value, which may have 63. Without
dots, which a release may have and a Service may not.
*/}}
{{- define "peplink-exporter.fullname" -}}
{{- $name := include "peplink-exporter.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | replace "." "-" | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | replace "." "-" | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "peplink-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "peplink-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/*
The labels of every object: the standard ones win over commonLabels, as the selectors depend on them.
*/}}
{{- define "peplink-exporter.labels" -}}
{{- $labels := include "peplink-exporter.selectorLabels" . | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/version" (.Chart.AppVersion | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- $_ := set $labels "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- merge $labels .Values.commonLabels | toYaml }}
{{- end }}

{{/*
The same, with those by which a Prometheus of the operator chooses its objects.
*/}}
{{- define "peplink-exporter.monitoringLabels" -}}
{{- merge (include "peplink-exporter.labels" . | fromYaml) .Values.prometheus.labels | toYaml }}
{{- end }}

{{- define "peplink-exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name }}
{{- else if .Values.serviceAccount.create -}}
{{- include "peplink-exporter.fullname" . }}
{{- else -}}
default
{{- end }}
{{- end }}

{{- define "peplink-exporter.configMapName" -}}
{{- default (include "peplink-exporter.fullname" .) .Values.existingConfigMap }}
{{- end }}

{{- define "peplink-exporter.image" -}}
{{- .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "peplink-exporter.scheme" -}}
{{- if .Values.web.config.tls }}https{{ else }}http{{ end }}
{{- end }}

{{/*
The address of one pod, given as (dict "root" $ "pod" number): its own name under the headless Service, never the
Service's name, behind which any pod may answer.
*/}}
{{- define "peplink-exporter.podAddress" -}}
{{- $fullname := include "peplink-exporter.fullname" .root -}}
{{- $fullname }}-{{ .pod }}.{{ $fullname }}.{{ .root.Release.Namespace }}.svc
{{- with .root.Values.prometheus.clusterDomain }}.{{ . }}{{ end -}}
:{{ .root.Values.web.port }}
{{- end }}

{{/*
Where Prometheus learns of the targets of one pod, given in the same way.
*/}}
{{- define "peplink-exporter.discoveryURL" -}}
{{- include "peplink-exporter.scheme" .root }}://{{ include "peplink-exporter.podAddress" . }}/sd
{{- if .root.Values.sharding.enabled }}?shard={{ .pod }}/{{ .root.Values.replicas }}{{ end }}
{{- end }}

{{/*
How Prometheus identifies itself; nothing where the exporter asks for nothing.
*/}}
{{- define "peplink-exporter.client" -}}
{{- range $key, $value := .Values.prometheus.client }}
{{- with $value }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/*
90 % of the limit of memory, in bytes; the rest is for what Go's collector does not count. Nothing where the limit is
missing or written with a fraction or exponent, or where extraEnv says something of its own.
*/}}
{{- define "peplink-exporter.goMemoryLimit" -}}
{{- $limit := toString (dig "limits" "memory" "" .Values.resources) -}}
{{- range .Values.extraEnv }}{{ if eq .name "GOMEMLIMIT" }}{{ $limit = "" }}{{ end }}{{ end -}}
{{- $units := dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 -}}
{{- if regexMatch "^[1-9][0-9]*([kMG]|[KMG]i)?$" $limit -}}
{{- $number := regexFind "^[0-9]+" $limit -}}
{{- div (mul (int64 $number) (get $units (trimPrefix $number $limit)) 9) 10 }}
{{- end }}
{{- end }}

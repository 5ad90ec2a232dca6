-- The files that attachments name: which records name one, out of the index alone.
CREATE INDEX attachments_by_file ON records (
    agency, scope, json_extract(view, '$.sha256'), id, kind, json_extract(view, '$.media_type'),
    json_extract(view, '$.size_bytes')
) WHERE kind = 'attachment';

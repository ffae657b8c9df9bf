-- A copy of the data is recorded while it is active: one that an import has begun to bring is not there yet.
CREATE OR REPLACE FUNCTION record_location() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was_there BOOLEAN := TG_OP <> 'INSERT' AND OLD.status = 'active';
  is_there BOOLEAN := TG_OP <> 'DELETE' AND NEW.status = 'active';
  image images%ROWTYPE;
BEGIN
  IF was_there = is_there THEN
    RETURN NULL;
  END IF;
  SELECT * INTO image FROM images WHERE id = coalesce(NEW.image_id, OLD.image_id);
  IF FOUND AND image.status <> 'purged' THEN
    PERFORM add_audit_record(
      CASE WHEN is_there THEN 'image.location.create' ELSE 'image.location.delete' END, image.owner, image.id, NULL,
      CASE WHEN was_there THEN jsonb_build_object('store', OLD.store_id) ELSE '{}' END,
      CASE WHEN is_there THEN jsonb_build_object('store', NEW.store_id) ELSE '{}' END);
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER image_locations_record ON "image_locations";
CREATE TRIGGER image_locations_record AFTER INSERT OR UPDATE OR DELETE ON "image_locations"
  FOR EACH ROW EXECUTE FUNCTION record_location();

-- The last number that a file was given. None is given twice: whoever is at work on a file that has left must not meet another
-- in its place. (AUTOINCREMENT would have needed both tables of files to be written anew, with all their bytes.)
CREATE TABLE file_numbers (
    last INTEGER NOT NULL
) STRICT;
INSERT INTO file_numbers SELECT coalesce(max(number), 0) FROM files;
CREATE TRIGGER file_numbered AFTER INSERT ON files BEGIN
    UPDATE file_numbers SET last = new.number;
END;

package dev.assay.gate;

import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetPath;
import dev.assay.upstream.Mirror;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which target paths a repository uses for pages and files: one of the presets, or patterns of its own. A pattern is a relative
 * path; the constructor throws {@link IllegalArgumentException} for one that can't name what it is for.
 *
 * @param pages target paths of a project's page, preferred first, each with {@code {project}} in it, which stands for the normalized
 *     name; at least one
 * @param files target path of a file, with {@code {path}} in it, which stands for what follows {@code /packages/}; empty where
 *     only pages are targets, and files are trusted through their signed page
 * @param list target path of the list of projects in its JSON form; empty where none is signed
 * @param prefixed whether page targets lie under hash-prefixed names where root says {@code consistent_snapshot} (TUF 5.7.3);
 *     else they always lie under their plain names
 */
public record Layout(List<String> pages, Optional<String> files, Optional<String> list, boolean prefixed) {
    private static final String PROJECT = "{project}";
    private static final String PATH = "{path}";
    private static final Pattern BRACES = Pattern.compile("[{}]");

    /** What our author writes: both page forms and distributions. */
    public static final Layout ASSAY = new Layout(
            List.of("simple/{project}/" + PageFormat.JSON.fileName(), "simple/{project}/" + PageFormat.HTML.fileName()),
            Optional.of("packages/{path}"),
            Optional.of("simple/" + PageFormat.JSON.fileName()),
            true);

    /**
     * PEP 458: pages and distributions. The PEP spells out no paths: a page is looked for where the simple API has it, and
     * then as the file that a static tree keeps there.
     */
    public static final Layout PEP458 = new Layout(
            List.of("simple/{project}/", "simple/{project}/index.html"),
            Optional.of("packages/{path}"),
            Optional.empty(),
            true);

    /** Only pages are targets, at the bare project name; files are trusted through their signed page. */
    public static final Layout PAGES_ONLY = new Layout(List.of(PROJECT), Optional.empty(), Optional.empty(), true);

    public Layout {
        pages = List.copyOf(pages);
        if (pages.isEmpty()) {
            throw new IllegalArgumentException("pages: none (expected: at least one pattern with {project} in it)");
        }
        pages.forEach(pattern -> requirePattern("pages", pattern, PROJECT));
        files.ifPresent(pattern -> requirePattern("files", pattern, PATH));
        list.ifPresent(path -> requirePattern("list", path, ""));
    }

    /** The page's target paths, preferred first. */
    List<TargetPath> pages(ProjectName project) {
        List<TargetPath> paths = new ArrayList<>(pages.size());
        for (String pattern : pages) {
            paths.add(new TargetPath(pattern.replace(PROJECT, project.value())));
        }
        return paths;
    }

    /** The project whose page has this target path; empty when none has. */
    Optional<ProjectName> project(TargetPath page) {
        String path = page.value();
        for (String pattern : pages) {
            String before = pattern.substring(0, pattern.indexOf(PROJECT));
            String after = pattern.substring(before.length() + PROJECT.length());
            if (path.length() > before.length() + after.length() && path.startsWith(before) && path.endsWith(after)) {
                String name = path.substring(before.length(), path.length() - after.length());
                if (ProjectName.isNormalized(name)) {
                    return Optional.of(new ProjectName(name));
                }
            }
        }
        return Optional.empty();
    }

    /** The target path of the list of projects. */
    Optional<TargetPath> listPath() {
        return list.map(TargetPath::new);
    }

    /**
     * The target path of a file; empty when this layout signs no files.
     *
     * @param packagesPath what follows {@code /packages/}, such as {@code ab/cd/…/name-1.0.tar.gz}
     */
    Optional<TargetPath> file(String packagesPath) {
        return files.map(pattern -> new TargetPath(pattern.replace(PATH, packagesPath)));
    }

    private static void requirePattern(String what, String pattern, String placeholder) {
        String expected = placeholder.isEmpty()
                ? "a relative path"
                : "a relative path with " + placeholder + " in it, once, and no other braces";
        int at = pattern.indexOf(placeholder);
        String rest = at < 0 ? "{" : pattern.substring(0, at) + "x" + pattern.substring(at + placeholder.length());
        if (BRACES.matcher(rest).find() || !isRelativePath(rest)) {
            throw new IllegalArgumentException(what + ": \"" + pattern + "\" (expected: " + expected + ")");
        }
    }

    private static boolean isRelativePath(String path) {
        try {
            Mirror.encoded(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}

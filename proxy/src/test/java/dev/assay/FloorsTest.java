package dev.assay;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.assay.tuf.Root;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table of floors: a package imports only from lower floors, and each library has one owner. */
class FloorsTest {
    private static final String HOUSE = "dev.assay.";

    /** From the ground up; rooms of one floor do not know each other. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("encoding", "crypto"),
            List.of("tuf", "simple", "observe"),
            List.of("trust"),
            List.of("store", "upstream"),
            List.of("gate", "server", "author"),
            List.of("web"),
            List.of("app"));

    /**
     * Library packages, and who may import them: one room each, but for the demonstration, which packs an sdist, the server,
     * which issues certificates to try TLS out with, and the web, which checks passwords.
     */
    private static final Map<String, List<String>> OWNERS = Map.ofEntries(
            Map.entry("com.fasterxml.jackson..", List.of("encoding")),
            Map.entry("org.bouncycastle..", List.of("crypto", "server", "web")),
            Map.entry("org.jsoup..", List.of("simple")),
            Map.entry("io.prometheus..", List.of("observe")),
            Map.entry("org.rocksdb..", List.of("store")),
            Map.entry("okhttp3..", List.of("upstream")),
            Map.entry("okio..", List.of("upstream")),
            Map.entry("io.netty..", List.of("server")),
            Map.entry("org.apache.commons.compress..", List.of("author", "app")),
            Map.entry("picocli..", List.of("app")),
            Map.entry("org.snakeyaml..", List.of("app")));

    private static final List<String> CAFFEINE = List.of("trust", "store", "gate", "web");

    /** Those that were compiled beside {@link Root}, tests left out, wherever the build put them. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importUrl(Root.class.getProtectionDomain().getCodeSource().getLocation());

    @TestFactory
    Stream<DynamicTest> aRoomImportsOnlyFromLowerFloors() {
        return FLOORS.stream()
                .flatMap(List::stream)
                .map(room -> DynamicTest.dynamicTest(
                        room,
                        () -> noClasses()
                                .that()
                                .resideInAPackage(HOUSE + room + "..")
                                .should()
                                .dependOnClassesThat(livesBesideOrAbove(room))
                                .check(CLASSES)));
    }

    @TestFactory
    Stream<DynamicTest> aLibraryStaysInItsRoom() {
        return OWNERS.entrySet().stream()
                .map(owned -> DynamicTest.dynamicTest(
                        owned.getKey(),
                        () -> noClasses()
                                .that()
                                .resideOutsideOfPackages(rooms(owned.getValue()))
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(owned.getKey())
                                .check(CLASSES)));
    }

    @Test
    void onlyRoomsWithBoundedCachesUseCaffeine() {
        noClasses()
                .that()
                .resideOutsideOfPackages(rooms(CAFFEINE))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.benmanes.caffeine..")
                .check(CLASSES);
    }

    @Test
    void everyClassLivesOnAFloor() {
        classes()
                .should()
                .resideInAnyPackage(rooms(FLOORS.stream().flatMap(List::stream).toList()))
                .check(CLASSES);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching(HOUSE + "(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** Bytes and an instant in, a value or an exception out: no I/O, no clock, no log, no thread, no chance. */
    @Test
    void theSpecificationIsPure() {
        noClasses()
                .that()
                .resideInAPackage(HOUSE + "tuf..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.net..",
                        "org.slf4j..",
                        "java.util.logging..",
                        "java.util.concurrent..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(System.class, Clock.class, InstantSource.class, Random.class, Thread.class)
                .orShould()
                .callMethodWhere(target(owner(resideInAPackage("java.time.."))).and(target(name("now"))))
                .check(CLASSES);
    }

    /** Whoever asks for an update says what time it is, once for all of it. */
    @Test
    void theClientWorkflowReadsNoClock() {
        noClasses()
                .that()
                .resideInAPackage(HOUSE + "trust..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(System.class, Clock.class, InstantSource.class)
                .orShould()
                .callMethodWhere(target(owner(resideInAPackage("java.time.."))).and(target(name("now"))))
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> livesBesideOrAbove(String room) {
        int floor = floorOf(room);
        List<String> forbidden = FLOORS.subList(floor, FLOORS.size()).stream()
                .flatMap(List::stream)
                .filter(other -> !other.equals(room))
                .toList();
        return DescribedPredicate.describe(
                "live beside or above " + room,
                type -> forbidden.stream().anyMatch(other -> isIn(type.getPackageName(), HOUSE + other)));
    }

    private static String[] rooms(List<String> names) {
        return names.stream().map(room -> HOUSE + room + "..").toArray(String[]::new);
    }

    private static boolean isIn(String name, String room) {
        return name.equals(room) || name.startsWith(room + ".");
    }

    private static int floorOf(String room) {
        for (int i = 0; i < FLOORS.size(); i++) {
            if (FLOORS.get(i).contains(room)) {
                return i;
            }
        }
        throw new IllegalArgumentException(room);
    }
}

// Answers, as literal JSON, and what a person reads.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/text_conflicts.hpp"
#include "cli/text_invite.hpp"
#include "cli/text_knowledge.hpp"
#include "cli/text_objects.hpp"
#include "cli/text_status.hpp"
#include "cli/text_sync.hpp"
#include "cli/text_sync_all.hpp"
#include "cli/text_token.hpp"
#include "tests/unit/cli_world.hpp"

namespace ringspan::cli {
namespace {

Rendered rendered(const Render& render, const std::string& json, std::size_t width = 0) {
  TestWorld here;
  here.world.style.width = width;
  return render(nlohmann::json::parse(json), here.world);
}

constexpr auto kStatus = R"({
  "controller": "oslo-1", "time": "2024-01-01T12:00:00.000Z", "health": "failing",
  "summary": "1 of 2 connections fails.",
  "controllers": [
    {"name": "nuuk-1", "site": "nuuk", "state": "silent", "error": "connection refused",
     "address": "127.0.0.1:4002", "invocation": null, "highest_usn": 0, "objects": 0,
     "started": null},
    {"name": "oslo-1", "site": "oslo", "state": "serving", "error": "",
     "address": "127.0.0.1:4001", "invocation": "8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11",
     "highest_usn": 512, "objects": 207, "started": "2024-01-01T11:00:00.000Z"}],
  "connections": [
    {"destination": "nuuk-1", "destination_site": "nuuk", "source": "oslo-1",
     "source_site": "oslo", "naming_context": "dc=corp,dc=example", "standby": false, "takeover": null,
     "state": "in_step", "behind_changes": 0, "behind_objects": 0, "behind_seconds": 0.0,
     "last_attempt": "2024-01-01T11:59:57.000Z", "last_success": "2024-01-01T11:59:57.000Z",
     "failures": 0, "error": "", "last_pull": {"objects": 0, "values": 0, "bytes": 96, "pages": 1}},
    {"destination": "oslo-1", "destination_site": "oslo", "source": "nuuk-1",
     "source_site": "nuuk", "naming_context": "dc=corp,dc=example", "standby": true, "takeover": null,
     "state": "failing", "behind_changes": 12, "behind_objects": 4, "behind_seconds": 40.5,
     "last_attempt": "2024-01-01T11:59:57.000Z", "last_success": null,
     "failures": 7, "error": "connection refused", "last_pull": null}]})";

TEST(CliText, ATokenIsAloneOnItsLine) {
  const auto told = rendered(token_add_text, R"({"token":"a.b.c","name":"alice","role":"operator",
    "expires":"2024-03-31T12:00:00.000Z","controller":"oslo-1"})");
  EXPECT_EQ(told.text, "a.b.c\n");
  EXPECT_EQ(told.aside,
            "The token of alice, operator; it expires in 90 d and is not shown again.\n");
}

TEST(CliText, TokensAreListedWithoutSecrets) {
  const auto told = rendered(token_list_text, R"({"controller":"oslo-1","people":[
    {"name":"alice","role":"operator","expires":"2024-03-31T12:00:00.000Z","state":"valid",
     "made_by":"admin","made":"2024-01-01T11:00:00.000Z"},
    {"name":"bo","role":"reader","expires":"2024-01-01T11:30:00.000Z","state":"expired",
     "made_by":"alice","made":"2024-01-01T10:00:00.000Z"}],
    "findings":["person eve: role is unreadable; no rights"]})");
  EXPECT_EQ(told.text,
            "NAME   ROLE      STATE    EXPIRES     MADE BY  MADE\n"
            "alice  operator  valid    in 90 d     admin    1 h ago\n"
            "bo     reader    expired  30 min ago  alice    2 h ago\n");
  EXPECT_EQ(told.aside, "person eve: role is unreadable; no rights\n");
  EXPECT_EQ(rendered(token_list_text, R"({"people":[],"findings":[]})").text,
            "Nobody has a token; give one with `ringspan token add NAME --role ROLE`.\n");
}

TEST(CliText, StatusSaysTheHealthFirstAndThenTheTrouble) {
  const auto told = rendered(status_text, kStatus);
  EXPECT_EQ(told.code, ExitCode::failing);
  EXPECT_EQ(told.text,
            "1 of 2 connections fails.\n"
            "\n"
            "CONTROLLER  SITE  STATE    OBJECTS  USN  ADDRESS         STARTED\n"
            "nuuk-1      nuuk  silent         -    -  127.0.0.1:4002  -\n"
            "  connection refused\n"
            "oslo-1      oslo  serving      207  512  127.0.0.1:4001  1 h ago\n"
            "\n"
            "CONTROLLER  PULLS FROM  NAMING CONTEXT      STATE             BEHIND            LAST "
            "ATTEMPT  LAST SUCCESS\n"
            "oslo-1      nuuk-1      dc=corp,dc=example  failing, standby  12 changes, 40 s  3 s "
            "ago       never\n"
            "  connection refused (7 failures in a row)\n"
            "nuuk-1      oslo-1      dc=corp,dc=example  in step           -                 3 s "
            "ago       3 s ago\n");
}

TEST(CliText, TheHealthIsTheExitCodeOfStatus) {
  auto answer = nlohmann::json::parse(kStatus);
  answer["health"] = "well";
  EXPECT_EQ(rendered(status_text, answer.dump()).code, ExitCode::well);
  answer["health"] = "paused";
  EXPECT_EQ(rendered(status_text, answer.dump()).code, ExitCode::not_well);
  answer["health"] = "behind";
  EXPECT_EQ(rendered(status_text, answer.dump()).code, ExitCode::not_well);
}

TEST(CliText, StatusSaysOfAStandbyWhenItHasTakenOver) {
  auto answer = nlohmann::json::parse(kStatus);
  answer["connections"][1]["takeover"] = {{"awake", true},
                                          {"since", "2024-01-01T11:58:00.000Z"},
                                          {"failing", "oslo-2"},
                                          {"switches", 1}};
  const auto told = rendered(status_text, answer.dump());
  EXPECT_NE(told.text.find(" failing, took over  12 changes"), std::string::npos) << told.text;
}

TEST(CliText, StatusSaysByWhomAndSinceWhenAControllerIsPaused) {
  auto answer = nlohmann::json::parse(kStatus);
  answer["controllers"][1]["paused"] = {
      {"inbound", {{"by", "admin"}, {"since", "2024-01-01T11:58:00.000Z"}}}, {"outbound", nullptr}};
  answer["connections"][1]["state"] = "paused";
  const auto told = rendered(status_text, answer.dump());
  EXPECT_NE(told.text.find("\n  inbound replication paused by admin, 2 min ago\n"),
            std::string::npos)
      << told.text;
  EXPECT_NE(told.text.find(" paused, standby  12 changes"), std::string::npos) << told.text;
}

TEST(CliText, ASyncThroughTheForestNamesWhoLacksWhat) {
  const auto told = rendered(sync_all_text, R"({"controller": "oslo-1", "job": "7f",
      "state": "stuck", "health": "failing", "summary": "1 of 3 controllers has the object.", "goal": {"naming_contexts": ["dc=c"]},
      "milliseconds": 1200, "hops": [{"hop": 1, "reached": 1, "all": 2},
                                     {"hop": null, "reached": 0, "all": 1}],
      "pulls": {"done": 1, "all": 2}, "carried": {"objects": 3, "values": 6, "bytes": 900},
      "controllers": [
        {"name": "nuuk-1", "site": "nuuk", "wanted": true, "state": "lacking", "error": "",
         "last_heard": null, "lacks": [{"naming_context": "dc=corp", "of": ["oslo-1", "oslo-2"],
                                        "objects": 2, "values": 3}]},
        {"name": "lima-1", "site": "lima", "wanted": true, "state": "silent", "error": "no route",
         "last_heard": "2024-01-01T11:00:00.000Z", "lacks": null},
        {"name": "oslo-1", "site": "oslo", "wanted": true, "state": "complete", "error": "",
         "last_heard": null, "lacks": []}],
      "connections": [
        {"destination": "nuuk-1", "source": "oslo-1", "state": "failed", "error": "it broke"},
        {"destination": "oslo-1", "source": "nuuk-1", "state": "done", "error": ""}]})");
  EXPECT_EQ(told.code, ExitCode::failing);
  EXPECT_EQ(told.text,
            "1 of 3 controllers has the object.\n"
            "1 of 2 connections pulled: 3 objects, 6 values, 900 bytes in 1.2 s.\n"
            "\n"
            "HOP  REACHED  OF\n"
            "1          1   2\n"
            "-          0   1\n"
            "\n"
            "CONTROLLER  SITE  STATE    LAST HEARD\n"
            "nuuk-1      nuuk  lacking  now\n"
            "  lacks 3 values of 2 objects in dc=corp, written at oslo-1, oslo-2\n"
            "lima-1      lima  silent   1 h ago\n"
            "  no route\n"
            "  nobody knows what it lacks, nor what it alone has\n"
            "\n"
            "CONTROLLER  PULLS FROM  STATE\n"
            "nuuk-1      oslo-1      failed\n"
            "  it broke\n");
}

TEST(CliText, TheBarIsNeverWiderThanTheTerminal) {
  const auto answer = nlohmann::json::parse(
      R"({"state": "running", "goal": {"naming_contexts": ["dc=c"]},
          "hops": [{"hop": 1, "reached": 10, "all": 12}, {"hop": 2, "reached": 1, "all": 8}],
          "pulls": {"done": 1, "all": 4}})");
  EXPECT_EQ(progress_bar(answer, {}),
            "[############............]  12 of 24  hop 1: 10 of 12, hop 2: 1 of 8");
  for (const std::size_t width : {10U, 40U, 60U, 200U})
    EXPECT_LT(columns(progress_bar(answer, {.colour = false, .width = width})), width);
}

TEST(CliText, SyncSaysWhatCame) {
  const auto told = rendered(sync_text, R"({"source": "oslo-1", "destination": "nuuk-1", "pulls": [
      {"naming_context": "dc=corp,dc=example", "objects": 1, "values": 3, "bytes": 214,
       "pages": 1, "milliseconds": 3, "error": ""}]})");
  EXPECT_EQ(told.code, ExitCode::well);
  EXPECT_EQ(told.text,
            "nuuk-1 pulled from oslo-1: 1 object, 3 values, 214 bytes in 3 ms.\n"
            "\n"
            "NAMING CONTEXT      OBJECTS  VALUES  BYTES  PAGES  TIME\n"
            "dc=corp,dc=example        1       3    214      1  3 ms\n");
}

TEST(CliText, AFailedPullStandsBelowItsNamingContext) {
  const auto told = rendered(sync_text, R"({"source": "oslo-1", "destination": "nuuk-1", "pulls": [
      {"naming_context": "dc=corp", "objects": 0, "values": 0, "bytes": 0,
       "pages": 0, "milliseconds": 0, "error": "oslo-1: the connection broke"}]})");
  EXPECT_EQ(told.code, ExitCode::not_well);
  EXPECT_NE(told.text.find("\n  oslo-1: the connection broke\n"), std::string::npos);
  EXPECT_EQ(told.aside, "ringspan: 1 of 1 pull failed; the reasons stand below each\n");
}

constexpr auto kObject = R"({"object": "8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11",
    "dn": "cn=alice,ou=people", "controller": "nuuk-1", "usn": 7, "deleted": false,
    "attributes": {"phone": ["1", "2"], "title": ["Head\nof A"]}, "links": {},
    "back_links": {"memberof": [{"object": "9b", "dn": "cn=staff,ou=groups"}]},
    "stamps": {
      "name": {"version": 1, "time": "2024-01-01T11:00:00.000Z", "originator": "oslo-1", "usn": 410},
      "phone": {"version": 2, "time": "2024-01-01T11:59:00.000Z", "originator": "nuuk-1", "usn": 6},
      "title": {"version": 1, "time": "2024-01-01T11:00:00.000Z", "originator": "oslo-1", "usn": 411}}})";

TEST(CliText, AnObjectIsItsNameAndItsValues) {
  EXPECT_EQ(rendered(object_text, kObject).text,
            "cn=alice,ou=people\n"
            "  object 8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11 at nuuk-1, USN 7\n"
            "  memberof  cn=staff,ou=groups\n"
            "  phone     1\n"
            "            2\n"
            "  title     Head\\nof A\n");
}

TEST(CliText, StampsSayWhoWroteWhatAndWhen) {
  EXPECT_EQ(rendered(object_text_with_stamps, kObject).text,
            "cn=alice,ou=people\n"
            "  object 8a1f20c4-5b1e-5f0a-9d1c-2f6f5a0d7e11 at nuuk-1, USN 7\n"
            "ATTRIBUTE  VALUE       VERSION  WRITTEN AT  WHEN       USN\n"
            "name       -                 1  oslo-1      1 h ago    410\n"
            "phone      1, 2              2  nuuk-1      1 min ago    6\n"
            "title      Head\\nof A        1  oslo-1      1 h ago    411\n");
}

TEST(CliText, WhatWasDeletedIsListedWithItsGuid) {
  const auto told = rendered(deleted_list_text, R"({"dn": "ou=people", "controller": "oslo-1",
    "truncated": false, "objects": [
      {"object": "8a1f", "dn": "cn=alice,ou=people", "deleted": "2024-01-01T11:55:00.000Z",
       "by": "nuuk-1", "whole": true, "parent_deleted": false},
      {"object": "9b20", "dn": "cn=bo,ou=gone", "deleted": "2024-01-01T11:00:00.000Z",
       "by": "oslo-1", "whole": false, "parent_deleted": true}]})");
  EXPECT_EQ(told.text,
            "OBJECT  DN                  DELETED    BY      LEFT\n"
            "8a1f    cn=alice,ou=people  5 min ago  nuuk-1  all\n"
            "9b20    cn=bo,ou=gone       1 h ago    oslo-1  its name, parent deleted too\n");
  EXPECT_EQ(told.aside, "2 objects that lay below ou=people are deleted at oslo-1.\n");
}

TEST(CliText, StampsOfAnObjectShowLinksThatWereRemovedAndWhatEachWriterHadSeen) {
  const auto told = rendered(stamps_text, R"({"object": "8a1f", "dn": "cn=staff", "deleted": false,
    "controller": "nuuk-1", "usn": 7,
    "attributes": [{"attribute": "title", "values": ["A", "B"], "version": 2,
      "time": "2024-01-01T11:55:00.000Z", "originator": "oslo-1", "usn": 411, "local_usn": 6,
      "context": [{"originator": "nuuk-1", "usn": 3}, {"originator": "oslo-1", "usn": 400}]}],
    "links": [{"attribute": "member", "target": "9b20", "dn": "", "present": false,
      "created": "2024-01-01T11:00:00.000Z", "version": 2, "time": "2024-01-01T11:56:00.000Z",
      "originator": "nuuk-1", "usn": 8, "local_usn": 8, "context": []}]})");
  EXPECT_EQ(told.text,
            "cn=staff\n"
            "  object 8a1f at nuuk-1, USN 7\n"
            "ATTRIBUTE  VALUE          VERSION  WHEN       WRITTEN AT  USN  USN HERE  HAD SEEN\n"
            "title      A, B                 2  5 min ago  oslo-1      411         6  nuuk-1:3 "
            "oslo-1:400\n"
            "member     removed: 9b20        2  4 min ago  nuuk-1        8         8  -\n");
}

TEST(CliText, AVectorIsATableForEachNamingContext) {
  const auto told = rendered(vector_text, R"({"controller": "nuuk-1", "naming_contexts": [
    {"naming_context": "1f", "dn": "dc=corp", "cursors": [{"originator": "8a", "usn": 411,
      "time": "2024-01-01T11:59:57.000Z", "controller": "oslo-1"}]},
    {"naming_context": "2f", "dn": "cn=schema", "cursors": []}], "paused": {}})");
  EXPECT_EQ(told.text,
            "dc=corp at nuuk-1\n"
            "CONTROLLER  ALL UP TO USN  SAID\n"
            "oslo-1                411  3 s ago\n"
            "\n"
            "cn=schema at nuuk-1\n"
            "CONTROLLER  ALL UP TO USN  SAID\n");
}

TEST(CliText, AWatermarkThatFailsSaysWhy) {
  const auto told = rendered(watermarks_text, R"({"controller": "nuuk-1", "watermarks": [
    {"source": "oslo-1", "naming_context": "dc=corp", "invocation": "8a", "usn": 512,
     "settled": 500, "last_attempt": null, "last_success": null, "failures": 2,
     "error": "connection refused"}]})");
  EXPECT_EQ(told.text,
            "SOURCE  NAMING CONTEXT  LOOKED AT  SETTLED  LAST SUCCESS  FAILURES\n"
            "oslo-1  dc=corp               512      500  never                2\n"
            "  connection refused\n");
  EXPECT_EQ(rendered(watermarks_text, R"({"controller": "nuuk-1", "watermarks": []})").text,
            "nuuk-1 has pulled from nobody yet.\n");
}

TEST(CliText, AListNamesEachChildOnALine) {
  const auto told = rendered(list_text, R"({"dn": "dc=corp", "controller": "oslo-1", "children": [
      {"object": "a", "dn": "ou=groups,dc=corp", "has_children": false},
      {"object": "b", "dn": "ou=people,dc=corp", "has_children": true}]})");
  EXPECT_EQ(told.text, "ou=groups,dc=corp\nou=people,dc=corp  (more below)\n");
}

TEST(CliText, FindingNothingIsNotWell) {
  const auto told =
      rendered(find_text, R"({"controller": "oslo-1", "objects": [], "truncated": false})");
  EXPECT_EQ(told.code, ExitCode::not_well);
  EXPECT_EQ(told.aside, "0 objects found at oslo-1.\n");
}

TEST(CliText, FindSaysWhenThereIsMore) {
  const auto told = rendered(find_text, R"({"controller": "oslo-1", "truncated": true, "objects": [
      {"object": "a", "dn": "cn=a", "attributes": {"mail": ["a@x"]}}]})");
  EXPECT_EQ(told.text, "cn=a\n  mail  a@x\n");
  EXPECT_EQ(told.aside,
            "1 object found at oslo-1.\n"
            "There are more; ask for them with --limit or narrow with --below.\n");
}

constexpr auto kConflict = R"("id": "3f2a90c1d4e5", "kind": "attribute", "object": "8a1f",
  "dn": "cn=alice,ou=people", "attribute": "title",
  "lost": {"values": ["B"], "version": 2, "time": "2024-01-01T11:55:00.000Z",
           "originator": "nuuk-1", "usn": 9, "site": "nuuk"},
  "kept": {"values": [], "version": 2, "time": "2024-01-01T11:56:00.000Z",
           "originator": "1f0e", "usn": 8, "site": null},
  "noticed": "2024-01-01T11:59:57.000Z",
  "noticed_at": [{"controller": "oslo-1", "time": "2024-01-01T11:59:57.000Z"},
                 {"controller": "nuuk-1", "time": "2024-01-01T11:59:58.000Z"}])";

constexpr auto kSides =
    "3f2a90c1d4e5  attribute title of cn=alice,ou=people, noticed 3 s ago\n"
    "  kept  no value, version 2, written at 1f0e 4 min ago\n"
    "  lost  \"B\", version 2, written at nuuk-1 (nuuk) 5 min ago\n";

TEST(CliText, AConflictShowsBothSidesAndWhoseJournalIsMissing) {
  const auto told = rendered(conflicts_text, std::string(R"({"controller": "oslo-1",
    "truncated": true, "missing": [{"controller": "rome-1", "error": "connection refused"}],
    "conflicts": [{)") + kConflict + "}]}");
  EXPECT_EQ(told.text, kSides);
  EXPECT_EQ(told.aside,
            "The journal of rome-1 is missing: connection refused\n"
            "There are more; ask for them with --limit, or for fewer kinds of them.\n");
}

TEST(CliText, OneConflictSaysWhereItWasNoticedWhatStandsAndTheWayBack) {
  const auto details = [](const char* restore) {
    return rendered(conflict_text, "{" + std::string(kConflict) +
                                       R"(, "controller": "oslo-1", "missing": [],
      "present": ["C"], "restore": )" + restore +
                                       "}")
        .text;
  };
  const std::string middle =
      "  now   \"C\" at oslo-1\n"
      "  noticed at oslo-1 3 s ago\n"
      "  noticed at nuuk-1 2 s ago\n";
  EXPECT_EQ(
      details(R"({"possible": true, "what": "title becomes \"B\"", "reason": ""})"),
      kSides + middle +
          "To restore what lost (title becomes \"B\"): ringspan conflicts restore 3f2a90c1d4e5\n");
  EXPECT_EQ(details(R"({"possible": false, "what": "", "reason": "it is deleted"})"),
            kSides + middle + "It cannot be restored: it is deleted\n");
}

TEST(CliText, HotSpotsAreCounted) {
  const auto told = rendered(hot_text, R"({"missing": [], "hot": {
    "objects": [{"object": "8a1f", "dn": "cn=alice", "conflicts": 12},
                {"object": "9b20", "dn": "", "conflicts": 3}],
    "attributes": [{"attribute": "title", "conflicts": 15}],
    "sites": [{"sites": ["nuuk", "oslo"], "conflicts": 14}, {"sites": [null, "oslo"],
               "conflicts": 1}]}})");
  EXPECT_EQ(told.text,
            "CONFLICTS  OBJECT\n"
            "       12  cn=alice\n"
            "        3  9b20\n"
            "\n"
            "CONFLICTS  ATTRIBUTE\n"
            "       15  title\n"
            "\n"
            "CONFLICTS  SITES\n"
            "       14  nuuk, oslo\n"
            "        1  unknown, oslo\n");
}

TEST(CliText, TheTokenStandsAlone) {
  const auto answer = R"({"token": "rs1-abc", "controller": "nuuk-1", "site": "nuuk",
                          "expires": "2024-01-01T12:30:00.000Z"})";
  const auto told = rendered(invite_text, answer);
  EXPECT_EQ(told.text, "rs1-abc\n");
  EXPECT_EQ(told.aside, "This token admits nuuk-1 to site nuuk once; it expires in 30 min.\n");
  EXPECT_NE(rendered(invite_text, answer, 80).aside.find("ringspan join"), std::string::npos);
}

}  // namespace
}  // namespace ringspan::cli

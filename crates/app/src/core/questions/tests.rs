//! Questions and answers, without a server: who is asked about, how often, and what an answer is good for.

use codec_server::{ClientProcess, Operation};
use tokio::task::JoinHandle;

use super::*;

fn questions() -> Questions {
    let questions = Questions::default();
    questions.ask_in(|| true);
    questions.follow(&on());
    questions
}

fn on() -> ConsentSettings {
    ConsentSettings {
        on: true,
        ..ConsentSettings::default()
    }
}

fn of_page(origin: &str, namespace: &str) -> Question {
    Question {
        asker: Asker::Page(origin.to_owned()),
        process: ClientProcess::default(),
        client: "browser",
        who: None,
        namespace: Namespace::new(namespace),
        operation: Operation::Decode,
        n_payloads: Some(1),
    }
}

fn ask(questions: &Questions, question: Question) -> JoinHandle<ConsentAnswer> {
    tokio::spawn(questions.ask(question))
}

async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_flood_makes_one_question_of_each_who_asks_and_few_in_all() {
    let questions = questions();
    let flood: Vec<_> = (0..200)
        .map(|n| {
            ask(
                &questions,
                of_page("http://a.test", &format!("namespace-{n}")),
            )
        })
        .collect();
    settle().await;
    let open = questions.open();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].n_waiting, open[0].n_requests), (200, 1));
    for n in 0..20 {
        drop(ask(
            &questions,
            of_page(&format!("http://{n}.test"), "default"),
        ));
    }
    settle().await;
    assert_eq!(questions.open().len(), MAX_OPEN);
    // Nobody waits any more, and the questions are still there to be answered.
    for one in flood {
        one.abort();
    }
    settle().await;
    assert_eq!(questions.open()[0].n_waiting, 0);
    questions.withdraw();
    assert!(questions.open().is_empty());
}

#[tokio::test]
async fn an_answer_is_for_its_page_and_namespace_and_the_next_question_follows() {
    let questions = questions();
    let first = ask(&questions, of_page("http://a.test", "one"));
    let second = ask(&questions, of_page("http://a.test", "two"));
    settle().await;
    let open = questions.open();
    assert_eq!(open[0].subject.namespace.as_deref(), Some("one"));
    questions.answer(open[0].number, Said::ForAnHour);
    assert_eq!(first.await.ok(), Some(ConsentAnswer::Allowed));
    settle().await;
    let open = questions.open();
    assert_eq!(open[0].subject.namespace.as_deref(), Some("two"));
    questions.answer(open[0].number, Said::Never);
    assert_eq!(second.await.ok(), Some(ConsentAnswer::Denied));
    let again = ask(&questions, of_page("http://a.test", "one")).await;
    assert_eq!(again.ok(), Some(ConsentAnswer::Allowed));
    let (subject, left) = questions.for_a_time().remove(0);
    assert!(left <= HOUR && left > HOUR / 2);
    assert!(questions.forget(&subject));
    let other = Asker::Page("http://a.test".to_owned());
    assert_eq!(
        questions.known(&other, Namespace::new("one").as_ref()),
        None
    );
}

#[tokio::test]
async fn once_is_for_those_who_wait() {
    let questions = questions();
    let waits = ask(&questions, of_page("http://a.test", "one"));
    settle().await;
    questions.answer(questions.open()[0].number, Said::Once);
    assert_eq!(waits.await.ok(), Some(ConsentAnswer::Allowed));
    let next = ask(&questions, of_page("http://a.test", "one"));
    settle().await;
    assert_eq!(questions.open().len(), 1, "asked again");
    // Told to look at the app, and gone meanwhile.
    next.abort();
    settle().await;
    questions.answer(questions.open()[0].number, Said::Once);
    let again = ask(&questions, of_page("http://a.test", "one")).await;
    assert_eq!(again.ok(), Some(ConsentAnswer::Allowed));
}

#[tokio::test]
async fn what_the_settings_say_counts_at_once_and_without_a_window_nobody_is_asked() {
    let questions = questions();
    let waits = ask(&questions, of_page("http://a.test", "one"));
    settle().await;
    let mut settings = on();
    settings.remember(RememberedAnswer {
        subject: questions.open()[0].subject.clone(),
        allow: true,
    });
    questions.follow(&settings);
    assert_eq!(waits.await.ok(), Some(ConsentAnswer::Allowed));

    let headless = Questions::default();
    headless.follow(&settings);
    let stranger = headless.ask(of_page("http://b.test", "one")).await;
    assert_eq!(stranger, ConsentAnswer::NoWindow);
    let known = headless.ask(of_page("http://a.test", "one")).await;
    assert_eq!(known, ConsentAnswer::Allowed);
}

/** In a list: why a record was not deleted, under a heading in words. */
define('modules/ksef/handlers/record-list', ['modules/ksef/record-form'], RecordForm => class {
    constructor(view) {
        this.view = view;
    }

    process() {
        const {view} = this;
        const form = new RecordForm(view);

        // EspoCRM takes the record from the list before it asks the server.
        view.listenTo(view.collection, 'model-removing', id => {
            view.listenTo(view.collection.get(id), 'error', (model, xhr) => form.tell(xhr, 'notDone'));
        });
    }
});

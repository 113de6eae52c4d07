define('modules/ksef/handlers/profile-list-actions', [
    'modules/ksef/profile/test-selected',
], testSelected => class {
    /** @param {Object} view The view of a list of profiles. */
    constructor(view) {
        this.view = view;
    }

    testSelected() {
        const {collection, checkedList} = this.view;

        return testSelected.run(this.view, checkedList.map(id => collection.get(id)).filter(Boolean));
    }
});

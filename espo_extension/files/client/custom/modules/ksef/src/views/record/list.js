/** A list of records: why they were not deleted, one or many, under a heading in words. */
define('modules/ksef/views/record/list', [
    'views/record/list',
    'modules/ksef/record/action',
    'modules/ksef/record/form',
    'modules/ksef/ui/notice',
], (List, recordAction, RecordForm, notice) => class extends List {
    /** In pixels, what the words of our columns take at least. */
    columnWidth = 160

    /** On a narrow screen EspoCRM scrolls a list sideways, but only one of more than 500 pixels: words would be cut. */
    afterRender() {
        super.afterRender();

        const isNarrow = window.innerWidth < this.getThemeManager().getParam('screenWidthXs');
        const columns = this.$el.find('> .list > table > thead > tr > th.field-header-cell:not(.action-cell)').length;

        this.$el.find('> .list > table').css('min-width', isNarrow ? `${columns * this.columnWidth}px` : '');
    }

    setup() {
        super.setup();

        const {collection} = this;
        const form = new RecordForm(this);

        // EspoCRM takes the record from the list before it asks the server.
        this.listenTo(collection, 'model-removing', id => {
            this.listenTo(collection.get(id), 'error', (model, xhr) => form.tell(xhr, 'notDone'));
        });
    }

    /** As EspoCRM's, whose headings of refusals are numbers, and whose background jobs do not say why they failed. */
    async massActionRemove() {
        await this.confirm({
            message: this.translate('removeSelectedRecordsConfirmation', 'messages', this.scope),
            confirmText: this.translate('Remove'),
        });

        const removed = await recordAction.send(this, 'POST', 'MassAction', {
            progress: this.translate('pleaseWait', 'messages'),
            failure: this.translate('notDone', 'messages', 'KsefProfile'),
        }, {
            entityType: this.entityType,
            action: 'delete',
            params: this.getMassActionSelectionPostData(),
        });

        if (!removed) {
            return;
        }

        const text = removed.count === 1 ? 'massRemoveResultSingle' : 'massRemoveResult';

        this.unselectAllResult();
        await this.collection.fetch();
        this.collection.trigger('after:mass-remove');
        notice.done(this.translate(text, 'messages').replace('{count}', removed.count));
    }
});
